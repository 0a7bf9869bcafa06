/** A control that vanishes under the keyboard's focus would throw it to the top of the page: the heading takes it over. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

export function useKeepFocus(region: RefObject<HTMLElement | null>, heading: RefObject<HTMLElement | null>): void {
  const had = useRef<Element | null>(null)
  useEffect(() => {
    const note = () => {
      had.current = region.current?.contains(document.activeElement) ? document.activeElement : null
    }
    document.addEventListener('focusin', note)
    return () => document.removeEventListener('focusin', note)
  }, [region])
  useLayoutEffect(() => {
    if (had.current === null || had.current.isConnected) return
    had.current = null
    if (document.activeElement === document.body || document.activeElement === null) heading.current?.focus()
  })
}
