import type { ReactNode } from 'react'
import styles from './status-mark.module.css'

export type Tone = 'good' | 'waiting' | 'bad' | 'quiet'

/** A word with a dot: the colour repeats what the word says, never the other way round. */
export const StatusMark = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <span className={`${styles.status} ${styles[tone] ?? ''}`}>{children}</span>
)
