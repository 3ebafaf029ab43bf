import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import styles from './copy-button.module.css'
import { copyText } from './copy-text.ts'

type Props = {
  text: string
  labels: { copy: string; copied: string; failed: string }
  /** selected when copying fails, so that Ctrl+C is all that is left to do */
  selectOnFailure?: () => Element | null
  onCopied?: () => void
}

export function CopyButton({ text, labels, selectOnFailure, onCopied }: Props): ReactNode {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()

  const copy = async () => {
    const copied = await copyText(text)
    setOutcome(copied ? 'copied' : 'failed')
    if (copied) onCopied?.()
    const target = copied ? null : selectOnFailure?.()
    if (target) getSelection()?.selectAllChildren(target)
    setTimeout(() => setOutcome(undefined), 4000)
  }

  return (
    <span>
      <Button onClick={copy}>{labels.copy}</Button>
      <span className={styles.outcome} role="status">
        {outcome && labels[outcome]}
      </span>
    </span>
  )
}
