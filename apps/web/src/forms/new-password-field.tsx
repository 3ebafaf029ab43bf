import { Checklist } from '@latchkey/ui/checklist'
import { PasswordField } from '@latchkey/ui/password-field'
import { StrengthMeter } from '@latchkey/ui/strength-meter'
import { useQuery } from '@tanstack/react-query'
import { type ComponentProps, useState } from 'react'
import { m as everywhere } from '../messages/everywhere.ts'
import { m } from '../messages/new-password.ts'
import styles from './new-password-field.module.css'
import { passwordRulesQuery } from './password-rules.ts'
import { passwordStrength } from './password-strength.ts'

type Props = Omit<ComponentProps<typeof PasswordField>, 'labels' | 'note'> & { username: string }

/** A password being chosen: the rules tick themselves off while it is typed. The server has the last word. */
export function NewPasswordField({ username, ...field }: Props) {
  const rules = useQuery(passwordRulesQuery).data
  const [typed, setTyped] = useState('')
  const length = [...typed].length

  const items = [
    rules && { text: m.rules.length(rules.minimumLength), met: length >= rules.minimumLength },
    rules && length > rules.maximumLength && { text: m.rules.notTooLong(rules.maximumLength), met: false },
    { text: m.rules.notTheObvious, met: !field.error && passwordStrength(without(typed, username)) > 1 },
  ].filter((item) => typeof item === 'object')
  // what breaks a rule is not strong, however long it took to think up
  const strength = items.every(({ met }) => met) ? passwordStrength(typed) : typed && 1

  return (
    <div
      className={styles.group}
      onInput={(event) => setTyped((event.target as HTMLInputElement).value)}
      onReset={() => setTyped('')}
    >
      <PasswordField {...field} autoComplete="new-password" labels={everywhere.password} />
      <div className={styles.guidance}>
        <Checklist items={items} labels={m} />
        {strength ? <StrengthMeter level={strength} word={m.strength[strength]} /> : <p>{m.advice}</p>}
      </div>
    </div>
  )
}

/** Whoever guesses for this account tries its name first. */
const without = (password: string, username: string) =>
  username.length < 3 ? password : password.toLowerCase().replaceAll(username.toLowerCase(), '')
