/** German or English: the browser's language, until somebody switches. Kept for all pages of this browser. */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import { keep, kept } from './kept.ts'

export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]
/** The same words in both languages; German gives the shape. */
export type Words<T> = Record<Language, T>

const KEY = 'rufpass.language'

function firstLanguage(): Language {
  const wanted = kept(KEY) ?? navigator.language
  return wanted.startsWith('de') ? 'de' : 'en'
}

export const LanguageContext = createContext<Language>('de')

/** The page's language and how to switch it. `title`: what the tab says. */
export function useLanguageSwitch(title: Words<string>): [Language, (language: Language) => void] {
  const [language, set] = useState(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language
    document.title = title[language]
  }, [language, title])
  useEffect(() => {
    // The other page of `both` switched.
    const follow = ({ key }: StorageEvent) => key === KEY && set(firstLanguage())
    addEventListener('storage', follow)
    return () => removeEventListener('storage', follow)
  }, [])
  return [
    language,
    (chosen) => {
      keep(KEY, chosen)
      set(chosen)
    },
  ]
}

export function useLanguage(): Language {
  return useContext(LanguageContext)
}

export function useWords<T>(words: Words<T>): T {
  return words[useContext(LanguageContext)]
}
