/**
 * Reads what is spoken on the chosen phone with the browser's own voices. Only prompts and people's words: never what
 * was keyed, which may be a PIN that others in the room would hear.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { keep, kept } from '../../page/kept.ts'
import { beQuiet, say, useVoices } from '../../page/voice.ts'
import type { PhoneLine, ShownPhone } from '../view.ts'

const KEY = 'rufpass.speak'
/** On a phone that was chosen just now, what is older was heard or missed. */
const RECENT_MS = 3000

export interface Speech {
  /** Whether this browser has any voice. */
  possible: boolean
  on: boolean
  set(on: boolean): void
}

export function useSpeech(phone: ShownPhone | null): Speech {
  const possible = useVoices()
  const [wanted, setWanted] = useState(() => kept(KEY) === 'on')
  const spoken = useRef<{ id: string | null; last: PhoneLine | null }>({ id: null, last: null })
  const on = wanted && possible
  useEffect(() => {
    const lines = phone?.lines ?? []
    const before = spoken.current
    spoken.current = { id: phone?.id ?? null, last: lines.at(-1) ?? null }
    if (!('speechSynthesis' in window)) return
    // Another phone, a hang-up or a key ends what is being said: a key interrupts a prompt on a real line too.
    const fresh = before.id === phone?.id ? linesAfter(lines, before.last) : lines.filter(isRecent)
    if (before.id !== phone?.id || phone?.state === 'ended' || fresh.some(({ kind }) => kind === 'keyed')) beQuiet()
    if (on) for (const line of fresh) speak(line)
  }, [phone, on])
  return {
    possible,
    on,
    set(chosen) {
      keep(KEY, chosen ? 'on' : 'off')
      if (!chosen) beQuiet()
      setWanted(chosen)
    },
  }
}

function linesAfter(lines: PhoneLine[], last: PhoneLine | null): PhoneLine[] {
  if (last === null) return lines
  const index = lines.findLastIndex(({ at, text }) => at === last.at && text === last.text)
  return lines.slice(index + 1).filter(({ at }) => at >= last.at)
}

function isRecent({ at }: PhoneLine): boolean {
  return Date.parse(at) > Date.now() - RECENT_MS
}

function speak({ kind, text, language }: PhoneLine): void {
  if (kind !== 'said' && kind !== 'heard') return
  // What a person in the room types is in no language that anybody has named: that of the page.
  say(text, language ?? document.documentElement.lang)
}
