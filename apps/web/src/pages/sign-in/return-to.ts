import { type Page, safeReturnTo } from '@latchkey/contract/pages'

type ReturnTo = {
  /** a page of ours */
  page: Page
  /** or the address of a service that sent somebody here; the server says whether it may be gone to */
  service: string | undefined
}

const isWebAddress = (text: string) => /^https?:\/\//i.test(text)

/**
 * Where to go after signing in. A proxy that cannot escape writes an address as it is, so that everything behind
 * `return_to=` belongs to it; anything else is one escaped value.
 */
export function readReturnTo(query: string): ReturnTo {
  const [, rest = ''] = /[?&]return_to=(.*)/s.exec(query) ?? []
  const wanted = isWebAddress(rest) ? rest : unescaped(rest.split('&', 1)[0] ?? '')
  return {
    page: safeReturnTo(wanted, '/settings/profile'),
    service: isWebAddress(wanted) ? wanted : undefined,
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
