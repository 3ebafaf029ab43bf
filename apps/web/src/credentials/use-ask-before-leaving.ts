import { useEffect } from 'react'

/** Another page, in this window: not a place on this one, not a file, not a new window. */
const leadsAway = (event: MouseEvent) =>
  event.target instanceof Element &&
  event.target.closest('a[href]:not([download], [href^="#"])') !== null &&
  !(event.ctrlKey || event.metaKey || event.shiftKey)

/**
 * Nobody leaves behind what is shown once: not by closing the page, not by a link to another one.
 * @param question what to ask first; without it, nothing is asked
 */
export function useAskBeforeLeaving(question: string | undefined) {
  useEffect(() => {
    if (!question) return
    const asked = new AbortController()
    const { signal } = asked
    addEventListener('beforeunload', (event) => event.preventDefault(), { signal })
    const ask = (event: MouseEvent) => {
      if (!leadsAway(event) || confirm(question)) return
      event.preventDefault()
      event.stopPropagation()
    }
    addEventListener('click', ask, { capture: true, signal })
    return () => asked.abort()
  }, [question])
}
