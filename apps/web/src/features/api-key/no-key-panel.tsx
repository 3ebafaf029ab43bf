import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { ApiDocumentation } from '../../credentials/api-documentation.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/api-key.ts'
import { useGenerate } from './use-generate.ts'

/** Nothing there yet that a new key could replace, so nothing is asked. */
export function NoKeyPanel({ purpose, onMade }: { purpose: string; onMade: (apiKey: string) => void }) {
  const generate = useGenerate(onMade)

  return (
    <Panel
      title={m.panel}
      purpose={purpose}
      actions={
        <Button kind="primary" pending={generate.isPending} onClick={() => generate.mutate('none')}>
          {m.generate}
        </Button>
      }
    >
      <p>
        {m.noneYet} {m.shownOnlyOnce}
      </p>
      <ApiDocumentation />
      <GeneralProblem problem={generate.error} />
    </Panel>
  )
}
