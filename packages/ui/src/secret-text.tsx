import { type Ref, useId } from 'react'
import fieldStyles from './field.module.css'
import styles from './secret-text.module.css'

/** In groups of four, as people read keys aloud. */
const grouped = (text: string) => text.match(/.{1,4}/g)?.join(' ') ?? ''

type Props = {
  label: string
  text: string
  /** in one piece, for what nobody types: what is selected is then the very text */
  whole?: boolean
  ref?: Ref<HTMLDivElement>
}

/** A key to be read or copied, never edited: one click selects all of it. */
export function SecretText({ label, text, whole = false, ref }: Props) {
  const id = useId()

  return (
    <div className={fieldStyles.field}>
      <span className={fieldStyles.label} id={id}>
        {label}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a real input cannot wrap, and in one the groups of four would be part of the value */}
      <div ref={ref} className={styles.secret} role="textbox" aria-readonly="true" aria-labelledby={id} tabIndex={0}>
        {whole ? text : grouped(text)}
      </div>
    </div>
  )
}
