import { Button } from '@latchkey/ui/button'
import { Dialog } from '@latchkey/ui/dialog'
import type { ReactNode } from 'react'
import { GeneralProblem } from '../forms/general-problem.tsx'
import { m as everywhere } from '../messages/everywhere.ts'
import styles from './question.module.css'

type Props = {
  title: string
  /** what it leads to */
  children: ReactNode
  /** the verb with its object */
  yes: string
  danger?: boolean
  pending: boolean
  problem: unknown
  onYes: () => void
  onClose: () => void
}

/** Asks before something is lost. It stays open while "Confirm it's you" stands before it, and when that was declined. */
export const Question = ({ title, children, yes, danger, pending, problem, onYes, onClose }: Props) => (
  <Dialog title={title} onClose={onClose}>
    {children}
    <GeneralProblem problem={problem} />
    <div className={styles.actions}>
      <Button onClick={onClose}>{everywhere.cancel}</Button>
      <Button kind={danger ? 'danger' : 'primary'} pending={pending} onClick={onYes}>
        {yes}
      </Button>
    </div>
  </Dialog>
)
