const AT_ONCE = 10_000

/**
 * Whether this window was already sent to that service a moment ago and is here again: the service does not see that
 * somebody is signed in, and going back once more would go round in a circle for ever.
 */
export function wasSentBackAtOnce(service: string): boolean {
  const name = `latchkey.sent-back-to ${new URL(service).origin}`
  try {
    const before = Number(sessionStorage.getItem(name))
    sessionStorage.setItem(name, String(Date.now()))
    return Date.now() - before < AT_ONCE
  } catch {
    return false // a browser that stores nothing for us
  }
}
