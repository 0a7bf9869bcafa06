import { useLayoutEffect, useRef } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const
const letters: Record<string, string> = {
  2: 'abc',
  3: 'def',
  4: 'ghi',
  5: 'jkl',
  6: 'mno',
  7: 'pqrs',
  8: 'tuv',
  9: 'wxyz',
}

export interface DialPadParts {
  /** Nobody has answered yet: keys lead nowhere. */
  off: boolean
  press(key: string): void
}

/** Also hears the keyboard's digits, `*` and `#`, unless somebody writes. */
export function DialPad({ off, press }: DialPadParts) {
  const words = useLanguage().phone
  const pad = useRef<HTMLFieldSetElement>(null)
  const pressed = (key: string): void => {
    if (!off) press(key)
  }
  const current = useRef(pressed)
  current.current = pressed
  useLayoutEffect(() => {
    const type = ({ key, ctrlKey, altKey, metaKey, target }: KeyboardEvent) => {
      if (ctrlKey || altKey || metaKey || !KEYS.some((one) => one === key)) return
      if (target instanceof HTMLElement && target.matches('input:not([type=checkbox]), select, textarea')) return
      current.current(key)
    }
    addEventListener('keydown', type)
    return () => removeEventListener('keydown', type)
  }, [])
  return (
    <fieldset class="dial-pad" ref={pad} aria-label={words.keypad}>
      {KEYS.map((key) => (
        <button type="button" key={key} aria-disabled={off} onClick={() => pressed(key)}>
          <span class="dial-key">{key}</span>
          <span class="dial-letters" aria-hidden="true">
            {letters[key] ?? ''}
          </span>
        </button>
      ))}
    </fieldset>
  )
}
