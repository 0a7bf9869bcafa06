/**
 * Single keys for what agents do all day. They can be switched off, because people who dictate would set them off by
 * speaking (WCAG 2.1.4), and they sleep while somebody writes or a window is open.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { keep, kept } from '../../page/kept.ts'

export type Shortcuts = Partial<Record<string, () => void>>
const KEY = 'rufpass.keys'

export function useShortcuts(shortcuts: Shortcuts): { on: boolean; set(on: boolean): void } {
  const [on, setOn] = useState(() => kept(KEY) !== 'off')
  const current = useRef(shortcuts)
  current.current = shortcuts
  // With the page itself, so that no key is lost between what is shown and what is heard.
  useLayoutEffect(() => {
    if (!on) return
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isWriting(event.target)) return
      if (document.querySelector('dialog[open]')) return
      const act = current.current[event.key.toLowerCase()]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [on])
  return {
    on,
    set(wanted) {
      keep(KEY, wanted ? 'on' : 'off')
      setOn(wanted)
    },
  }
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=radio], [type=checkbox]), textarea, select')
}
