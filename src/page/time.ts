/** Times as people read them. All brands keep German time, wherever the agent sits. */
import { useEffect, useState } from 'preact/hooks'
import type { Language } from './language.ts'

const ZONE = 'Europe/Berlin'
const DAY_MS = 86_400_000

/** `14:05`. */
export function clock(moment: string, language: Language): string {
  return format(moment, language, { hour: '2-digit', minute: '2-digit' })
}

export function date(moment: string, language: Language): string {
  return format(moment, language, { day: '2-digit', month: '2-digit', year: 'numeric' })
}

/** The time alone for what was within a day, else date and time. */
export function when(moment: string, now: number, language: Language): string {
  if (Math.abs(now - Date.parse(moment)) < DAY_MS) return clock(moment, language)
  return `${date(moment, language)}, ${clock(moment, language)}`
}

/** `4:05` or `1:02:09`; never below zero. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const rest = two(seconds % 60)
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`
}

/** Now by the server's clock, again every second. `at`: what that clock said in the last message. */
export function useNow(at: string | null): number {
  const [ahead, setAhead] = useState(0)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (at !== null) setAhead(Date.parse(at) - Date.now())
    setNow(Date.now())
  }, [at])
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now + ahead
}

function format(moment: string, { locale }: Language, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(new Date(moment))
}
