import type { DownloadResource } from '@latchkey/contract/downloads'
import { buttonClass } from '@latchkey/ui/button'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { downloadsQuery } from '../../api/downloads.ts'
import { ShownOnce } from '../../credentials/shown-once.tsx'
import { News } from '../../forms/news.tsx'
import { m } from '../../messages/downloads.ts'
import { locale } from '../../messages/language.ts'
import { LinkForm } from './link-form.tsx'
import { LinkList } from './link-list.tsx'

type Step =
  | { at: 'overview'; said?: string }
  | { at: 'new-link'; resource: DownloadResource; url: string; expiresAt: number }

/** Making download links and ending them, or the one moment a new one is visible. */
export function DownloadsPanel({ withUsers }: { withUsers: boolean }) {
  const client = useQueryClient()
  const [step, setStep] = useState<Step>({ at: 'overview' })

  if (step.at === 'new-link') {
    const { name } = m.resources[step.resource]
    const until = new Date(step.expiresAt).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short' })
    return (
      <ShownOnce
        title={m.newTitle(name)}
        label={m.newSecret}
        secret={step.url}
        note={m.shownOnce(until)}
        saved={m.saved}
        leave={m.leave}
        onDone={() => setStep({ at: 'overview', said: m.made(name) })}
      >
        <a className={buttonClass({})} href={step.url} download>
          {m.open}
        </a>
      </ShownOnce>
    )
  }
  return (
    <>
      {step.said && <News key={step.said}>{step.said}</News>}
      <LinkForm
        withUsers={withUsers}
        onMade={(link) => {
          setStep({ at: 'new-link', ...link })
          void client.invalidateQueries(downloadsQuery)
        }}
      />
      <LinkList />
    </>
  )
}
