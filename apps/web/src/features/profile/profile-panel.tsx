import type { ReplyOf } from '@latchkey/contract/endpoint'
import { type getAccount, updateAccount } from '@latchkey/contract/profile'
import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { RelativeTime } from '@latchkey/ui/relative-time'
import { TextField } from '@latchkey/ui/text-field'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { locale } from '../../messages/language.ts'
import { m } from '../../messages/profile.ts'

type Account = ReplyOf<typeof getAccount>

export function ProfilePanel({ account }: { account: Account }) {
  const client = useQueryClient()
  const [name, setName] = useState(account.displayName)
  const [saved, setSaved] = useState(false)
  const mayChange = account.permissions.includes('account:write')
  const changed = name.trim() !== account.displayName
  const { form, field, pending, problem } = useEndpointForm(updateAccount, {
    onSuccess: (updated) => {
      client.setQueryData(accountQuery.queryKey, updated)
      setName(updated.displayName)
      setSaved(true)
    },
  })

  const card = (
    <Panel
      title={m.panel}
      purpose={m.purpose}
      actions={
        mayChange && (
          <Button type="submit" kind="primary" pending={pending} disabled={!changed && !pending}>
            {m.save}
          </Button>
        )
      }
    >
      <div className={`${stack.stack} ${stack.narrow}`}>
        <TextField
          label={m.name}
          {...field('displayName')}
          value={name}
          readOnly={!mayChange}
          note={mayChange ? undefined : m.readOnlyWhy}
          autoComplete="name"
          onChange={(event) => {
            setName(event.currentTarget.value)
            setSaved(false)
          }}
        />
      </div>
      <Facts
        items={[
          [m.username, account.username],
          [m.email, emailInWords(account)],
          [m.role, m.roles[account.role]],
          [m.memberSince, <RelativeTime key="at" at={account.createdAt} locale={locale} />],
        ]}
      />
      <GeneralProblem problem={problem} />
      {saved && <Notice kind="good">{m.saved(account.displayName)}</Notice>}
    </Panel>
  )
  // Without a button Enter would still send a form
  return mayChange ? <form {...form}>{card}</form> : card
}

const emailInWords = ({ email, emailVerified, pendingEmail }: Account) =>
  [email && (emailVerified ? email : `${email} (${m.unverified})`), pendingEmail && m.pending(pendingEmail)]
    .filter(Boolean)
    .join('; ') || m.noEmail
