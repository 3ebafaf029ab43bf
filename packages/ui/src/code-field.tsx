import { type ClipboardEvent, type ComponentProps, useEffect, useRef } from 'react'
import styles from './code-field.module.css'
import { Field, type FieldLook } from './field.tsx'

type Props = FieldLook & Omit<ComponentProps<'input'>, 'id' | 'className' | 'type' | 'ref'> & { onComplete: () => void }

const digitsOf = (typed: string) => typed.replace(/\D/g, '')

/** Long enough to see the sixth digit, and for whoever is quicker to press the button themselves. */
const beat = 300

/** Six digits in one real input, so that paste, autofill and screen readers work as everywhere. */
export function CodeField({ label, aside, note, error, onComplete, ...input }: Props) {
  const ref = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const set = (field: HTMLInputElement, digits: string) => {
    clearTimeout(timer.current)
    if (field.value !== digits) field.value = digits
    if (digits.length === 6) timer.current = setTimeout(onComplete, beat)
  }

  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const digits = digitsOf(event.clipboardData.getData('text'))
    if (digits.length !== 6) return
    event.preventDefault()
    set(event.currentTarget, digits)
    event.currentTarget.dispatchEvent(new Event('input', { bubbles: true }))
  }

  // A refused code is of no use to anybody: an empty field with the cursor in it is.
  useEffect(() => {
    if (!error || !ref.current) return
    ref.current.value = ''
    ref.current.focus()
  }, [error])
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <Field label={label} aside={aside} note={note} error={error}>
      {(wiring) => (
        <input
          {...input}
          {...wiring}
          ref={ref}
          className={`${wiring.className} ${styles.code}`}
          type="text"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoCorrect="off"
          spellCheck={false}
          // The space behind the sixth digit hangs out of the field; scrolling to it would hide the first
          onScroll={(event) => event.currentTarget.scrollTo(0, 0)}
          onPaste={paste}
          onInput={(event) => set(event.currentTarget, digitsOf(event.currentTarget.value).slice(0, 6))}
        />
      )}
    </Field>
  )
}
