import { useEffect, useState } from 'react'

/** The present moment, looked at every half minute: for words that go stale while one reads. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
