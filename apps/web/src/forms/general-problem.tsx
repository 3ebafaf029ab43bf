import { Notice } from '@latchkey/ui/notice'
import { isProblem } from '../api/is-problem.ts'
import { problemText } from '../messages/problems.ts'

/** What went wrong with an action as a whole, above its button. Deciding otherwise is no failure and gets no red. */
export const GeneralProblem = ({ problem }: { problem: unknown }) =>
  problem ? (
    <Notice kind={isProblem(problem, 'step-up-required') ? 'info' : 'bad'}>{problemText(problem)}</Notice>
  ) : null
