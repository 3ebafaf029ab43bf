import { type ComponentProps, type KeyboardEvent, useState } from 'react'
import { Field, type FieldLook } from './field.tsx'
import styles from './password-field.module.css'
import { VisuallyHidden } from './visually-hidden.tsx'

type Props = FieldLook &
  Omit<ComponentProps<'input'>, 'id' | 'className' | 'type'> & {
    labels: { show: string; hide: string; capsLock: string }
  }

/** A password that can be looked at, pasted and filled in by a password manager; hidden again when the form is sent. */
export function PasswordField({ label, aside, note, error, labels, ...input }: Props) {
  const [shown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const notice = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))

  return (
    <Field label={label} aside={aside} note={capsLock ? labels.capsLock : note} error={error}>
      {(wiring) => (
        <div className={styles.frame}>
          <input
            {...input}
            {...wiring}
            type={shown ? 'text' : 'password'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            onKeyUp={notice}
            onKeyDown={notice}
            onBlur={() => setCapsLock(false)}
          />
          <button type="button" className={styles.toggle} aria-controls={wiring.id} onClick={() => setShown(!shown)}>
            {shown ? labels.hide : labels.show}
            <VisuallyHidden> {label}</VisuallyHidden>
          </button>
        </div>
      )}
    </Field>
  )
}
