import type { ReplyOf } from '@latchkey/contract/endpoint'
import type { getAccount } from '@latchkey/contract/profile'
import { useOutletContext } from 'react-router-dom'

export type Account = ReplyOf<typeof getAccount>

/** What the frame gives each page inside it. */
export type SignedIn = {
  account: Account
  /** keeps the page on screen although the session behind it is over, until the person leaves it */
  hold: (held: boolean) => void
}

export const useSignedIn = () => useOutletContext<SignedIn>()
