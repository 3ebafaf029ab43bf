import { Checkbox } from '@latchkey/ui/checkbox'
import { Notice } from '@latchkey/ui/notice'
import stack from '../../forms/stack.module.css'
import { m } from '../../messages/password.ts'
import type { Credential } from './use-credentials.ts'

/** Whether other credentials end with the old password. Where there are none, nothing is asked. */
export const AlsoRevoke = ({ existing, isUnknown }: { existing: Credential[]; isUnknown: boolean }) => (
  <>
    {existing.length > 0 && (
      <div>
        {existing.map((name) => (
          <Checkbox key={name} name={name} label={m.alsoRevoke[name]} defaultChecked />
        ))}
        <p className={stack.aside}>{m.alsoRevokeWhy}</p>
      </div>
    )}
    {isUnknown && <Notice kind="warning">{m.credentialsUnknown}</Notice>}
  </>
)
