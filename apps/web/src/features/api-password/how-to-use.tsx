import { CommandLine } from '@latchkey/ui/command-line'
import { Panel } from '@latchkey/ui/panel'
import { Scope } from '../../credentials/scope.tsx'
import stack from '../../forms/stack.module.css'
import { m } from '../../messages/api-password.ts'
import { m as credentials } from '../../messages/credentials.ts'

export const HowToUse = ({ username }: { username: string }) => (
  <Panel title={m.use}>
    <CommandLine label={m.command} text={m.commandLine(username, location.origin)} labels={credentials.copyCommand} />
    <Scope works={m.worksWhere}>
      {m.worksNot.map((where) => (
        <li key={where}>{where}</li>
      ))}
    </Scope>
    <p className={stack.aside}>{m.colon}</p>
  </Panel>
)
