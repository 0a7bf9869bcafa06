/** Names out of flow and brand files, as people read them. What has no translation is shown as the file has it. */
import { type Language, useLanguage } from './language.ts'

/** Gives a word's name in the page's language. */
export function useNames(): (word: string) => string {
  const names: Record<string, string> = useLanguage().names
  return (word) => (Object.hasOwn(names, word) ? (names[word] ?? word) : capital(word))
}

/** What a language is called in the page's own: `de` → German. */
export function languageNamed(code: string, { locale }: Language): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code
}

/** `rheinnetz` → Rheinnetz. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ')
}
