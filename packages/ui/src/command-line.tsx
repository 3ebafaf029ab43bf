import { useRef } from 'react'
import styles from './command-line.module.css'
import { CopyButton } from './copy-button.tsx'
import fieldStyles from './field.module.css'

type Props = { label: string; text: string; labels: { copy: string; copied: string; failed: string } }

/** A command ready to be run: nothing in it has to be replaced. */
export function CommandLine({ label, text, labels }: Props) {
  const command = useRef<HTMLPreElement>(null)

  return (
    <figure className={styles.place}>
      <figcaption className={fieldStyles.label}>{label}</figcaption>
      <pre ref={command} className={styles.command}>
        {text}
      </pre>
      <CopyButton text={text} labels={labels} selectOnFailure={() => command.current} />
    </figure>
  )
}
