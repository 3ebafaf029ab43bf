import { type DownloadResource, downloadResource, makeDownload } from '@latchkey/contract/downloads'
import { Button } from '@latchkey/ui/button'
import { Choices } from '@latchkey/ui/choices'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { isProblem } from '../../api/is-problem.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m } from '../../messages/downloads.ts'

export type NewLink = { resource: DownloadResource; url: string; expiresAt: number }

type Props = {
  /** the list of everybody is for those who may see it */
  withUsers: boolean
  onMade: (link: NewLink) => void
}

/** What a link is for, and how long. */
export function LinkForm({ withUsers, onMade }: Props) {
  const resources = downloadResource.options.filter((resource) => resource !== 'users' || withUsers)
  const { form, pending, problem } = useEndpointForm(makeDownload, {
    body: ({ resource, expiresInHours }) => ({
      resource: resource as DownloadResource,
      expiresInHours: Number(expiresInHours),
    }),
    onSuccess: ({ url, expiresAt }, form) => {
      const resource = new FormData(form).get('resource') as DownloadResource
      onMade({ resource, url, expiresAt })
    },
  })

  return (
    <form {...form}>
      <Panel
        title={m.panel}
        purpose={m.purpose}
        actions={
          <Button type="submit" kind="primary" pending={pending}>
            {m.generate}
          </Button>
        }
      >
        <div className={stack.stack}>
          <Choices
            legend={m.what}
            name="resource"
            options={resources.map((value) => ({
              value,
              label: m.resources[value].name,
              note: m.resources[value].note,
            }))}
            first="account-export"
          />
          <Choices legend={m.howLong} name="expiresInHours" options={m.lifetimes} first="24" inRow />
        </div>
        {isProblem(problem, 'wrong-state') ? (
          <Notice kind="bad">{m.tooMany}</Notice>
        ) : (
          <GeneralProblem problem={problem} />
        )}
      </Panel>
    </form>
  )
}
