import { Link } from 'react-router-dom'
import { m } from '../../messages/two-factor.ts'

/** What happens to the API password, and the way to another one. */
export const EndsApiPassword = ({ how }: { how: string }) => (
  <p>
    {how} {m.makeAnother} <Link to="/settings/api-password">{m.apiPassword}</Link>.
  </p>
)
