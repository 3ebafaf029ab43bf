import { Link } from 'react-router-dom'
import { m } from '../../messages/two-factor.ts'

/** What happens to programs that send the account password, and the way to what they need instead. */
export const RefusesBasic = ({ how, andThen = '' }: { how: string; andThen?: string }) => (
  <p>
    {how} <Link to="/settings/api-password">{m.apiPassword}</Link>
    {andThen}.
  </p>
)
