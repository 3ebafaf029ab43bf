import { CommandLine } from '@latchkey/ui/command-line'
import { Panel } from '@latchkey/ui/panel'
import { Link } from 'react-router-dom'
import { Scope } from '../../credentials/scope.tsx'
import stack from '../../forms/stack.module.css'
import { m } from '../../messages/api-key.ts'
import { m as credentials } from '../../messages/credentials.ts'

export const HowToUse = () => (
  <Panel title={m.use}>
    <CommandLine label={m.variable} text={m.variableLine} labels={credentials.copyCommand} />
    <p className={stack.aside}>{m.variableNote}</p>
    <CommandLine label={m.command} text={m.commandLine(location.origin)} labels={credentials.copyCommand} />
    <Scope works={m.worksWhere}>
      {m.worksNot.map((where) => (
        <li key={where}>{where}</li>
      ))}
      <li>
        {m.worksNotForDownloads} <Link to="/settings/downloads">{m.ownLinks}</Link>.
      </li>
    </Scope>
  </Panel>
)
