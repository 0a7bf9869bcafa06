/** The browser's own voices. */
import { useEffect, useState } from 'preact/hooks'

/** Whether this browser has any voice; some have theirs only after a while. */
export function useVoices(): boolean {
  const [possible, setPossible] = useState(hasVoices)
  useEffect(() => {
    if (!('speechSynthesis' in window)) return
    const look = () => setPossible(hasVoices())
    speechSynthesis.addEventListener('voiceschanged', look)
    return () => speechSynthesis.removeEventListener('voiceschanged', look)
  }, [])
  return possible
}

/** Says it after what is being said, in a voice of that language (BCP 47) where there is one. `over` is told of the end. */
export function say(text: string, language: string, over?: () => void): void {
  const words = new SpeechSynthesisUtterance(text)
  words.lang = language
  const voices = speechSynthesis.getVoices()
  const voice =
    voices.find(({ lang }) => lang.replace('_', '-') === language) ??
    voices.find(({ lang }) => lang.slice(0, 2) === language.slice(0, 2))
  if (voice) words.voice = voice
  if (over) {
    words.addEventListener('end', over)
    words.addEventListener('error', over)
  }
  speechSynthesis.speak(words)
}

export function beQuiet(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel()
}

function hasVoices(): boolean {
  return 'speechSynthesis' in window && speechSynthesis.getVoices().length > 0
}
