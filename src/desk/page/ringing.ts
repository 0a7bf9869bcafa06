/** A call that rings is heard and seen from another tab: a tone, the browser's notification, the title and the icon. */
import { useEffect, useState } from 'preact/hooks'
import type { AssignmentView } from '../../floor/view.ts'
import ringingIcon from '../../page/icon-ringing.svg'
import { keep, kept } from '../../page/kept.ts'
import { useLanguage } from '../../page/language.ts'
import { useNames } from '../../page/named.ts'

const TONE = 'rufpass.tone'
const ASKED = 'rufpass.notify'
/** One second on and four off, as phones ring in Germany; two notes, so that it is no alarm. Hz and seconds. */
const NOTES = [660, 880] as const
const NOTE_S = 0.5
const EVERY_MS = 5_000
const LOUD = 0.12

export interface Ringing {
  /** Whether this browser plays the tone. */
  tone: boolean
  setTone(on: boolean): void
  /** Asks the browser for permission, by a click and once; null where it was asked, or knows no notifications. */
  askToNotify: (() => void) | null
}

export function useRinging(assignment: AssignmentView | null): Ringing {
  const language = useLanguage()
  const named = useNames()
  const [tone, setTone] = useState(() => kept(TONE) !== 'off')
  const [asked, setAsked] = useState(() => kept(ASKED) === 'asked')
  const rings = assignment?.state === 'ringing' ? assignment.id : null
  const title = language.desk.ringTitle(named(assignment?.topic ?? 'general'))

  useEffect(() => (rings !== null && tone ? playTone() : undefined), [rings, tone])
  useEffect(() => {
    if (rings === null) return
    const before = document.title
    document.title = title
    const icon = swapIcon()
    return () => {
      document.title = before
      icon()
    }
  }, [rings, title])
  // Who has the page before them needs no second window; and it names nobody: it may stand on a screen that others see.
  useEffect(() => (rings !== null && document.hidden ? notify(title, rings) : undefined), [rings])

  const canAsk = !asked && 'Notification' in globalThis && Notification.permission === 'default'
  return {
    tone,
    setTone(on) {
      keep(TONE, on ? 'on' : 'off')
      setTone(on)
    },
    askToNotify: canAsk
      ? () => {
          keep(ASKED, 'asked')
          setAsked(true)
          void Notification.requestPermission()
        }
      : null,
  }
}

/** Silent where the browser allows no sound before the first click on the page. */
function playTone(): () => void {
  const audio = new AudioContext()
  const ring = (): void => {
    for (const [index, hertz] of NOTES.entries()) {
      const [source, gain] = [audio.createOscillator(), audio.createGain()]
      const begin = audio.currentTime + index * NOTE_S
      source.frequency.value = hertz
      gain.gain.setValueAtTime(LOUD, begin)
      gain.gain.exponentialRampToValueAtTime(LOUD / 100, begin + NOTE_S)
      source.connect(gain).connect(audio.destination)
      source.start(begin)
      source.stop(begin + NOTE_S)
    }
  }
  ring()
  const timer = setInterval(ring, EVERY_MS)
  return () => {
    clearInterval(timer)
    void audio.close()
  }
}

function swapIcon(): () => void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  const before = link?.href ?? ''
  if (link) link.href = ringingIcon
  return () => {
    if (link) link.href = before
  }
}

function notify(title: string, tag: string): (() => void) | undefined {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return undefined
  const shown = new Notification(title, { tag, icon: ringingIcon })
  shown.onclick = () => {
    window.focus()
    shown.close()
  }
  return () => shown.close()
}
