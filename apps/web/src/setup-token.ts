const prefix = '#token='

/** Reads the one-time token out of the address and takes it from there at once. */
export function takeSetupToken(): string | undefined {
  // opened again in the same window, only the fragment changes: then the app starts afresh
  addEventListener('hashchange', () => location.hash.startsWith(prefix) && location.reload())

  const { hash, pathname, search } = location
  if (pathname !== '/setup' || !hash.startsWith(prefix)) return undefined
  history.replaceState(null, '', pathname + search)
  return decodeURIComponent(hash.slice(prefix.length))
}
