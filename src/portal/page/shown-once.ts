/** A secret that is shown this once: it is kept by what shows it alone, and only until that is closed, left, or its time is over. */
import { useEffect, useState } from 'preact/hooks'

/** `until`: by the clock of this browser, ms since 1970. */
export interface Shown {
  secret: string
  until: number
}

export function useShownOnce(): [Shown | null, (shown: Shown | null) => void] {
  const [shown, show] = useState<Shown | null>(null)
  useEffect(() => {
    if (shown === null) return
    const drop = (): void => show(null)
    const timer = setTimeout(drop, shown.until - Date.now())
    // Also of a page that the browser keeps, to show it again when somebody comes back.
    addEventListener('pagehide', drop)
    return () => {
      clearTimeout(timer)
      removeEventListener('pagehide', drop)
    }
  }, [shown])
  return [shown, show]
}
