import { Button } from '@latchkey/ui/button'
import { Notice } from '@latchkey/ui/notice'
import { m } from '../../messages/sign-in.ts'

const kindFor = (left: number) => (left === 0 ? 'bad' : left <= 3 ? 'warning' : 'info')

type Props = { left: number; onGenerate: () => void; onContinue: () => void }

/** A stop on the way in: nobody should find out at the next emergency that there are no codes left. */
export const RecoveryCodeUsed = ({ left, onGenerate, onContinue }: Props) => (
  <>
    <Notice kind={kindFor(left)} title={m.left(left)}>
      <p>{m.leftAdvice(left)}</p>
    </Notice>
    <Button kind="primary" wide autoFocus onClick={onGenerate}>
      {m.generate}
    </Button>
    <Button wide onClick={onContinue}>
      {m.continueOn}
    </Button>
  </>
)
