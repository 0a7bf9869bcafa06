/** The browser's language where a page speaks it, else English, until somebody switches. Kept for all pages of this browser. */
import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import { keep, kept } from './kept.ts'
import type { PageWords } from './languages/de.ts'

/** A language of the pages: its code (ISO 639), and all its words. */
export type Language = PageWords & { code: string }

/** Every file in `languages`, under the code that it is named by. */
const files = import.meta.glob<PageWords>('./languages/*.ts', { eager: true, import: 'words' })
export const languages: readonly Language[] = Object.entries(files).map(([path, words]) => {
  return { ...words, code: path.replace(/^.*\/|\.ts$/g, '') }
})

const KEY = 'rufpass.language'

function firstLanguage(): Language {
  const wanted = [kept(KEY), ...navigator.languages, 'en'].map((tag) => tag?.split('-')[0])
  const [first] = wanted.flatMap((code) => languages.filter((language) => language.code === code))
  if (!first) throw new Error('the pages have lost their languages')
  return first
}

const LanguageContext = createContext<Language | null>(null)
export const LanguageProvider = LanguageContext.Provider

/** The page's language and how to switch it. `titleOf`: what the tab says. */
export function useLanguageSwitch(titleOf: (language: Language) => string): [Language, (language: Language) => void] {
  const [language, set] = useState(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language.code
    document.title = titleOf(language)
  }, [language, titleOf])
  useEffect(() => {
    // The other page of `both` switched.
    const follow = ({ key }: StorageEvent) => key === KEY && set(firstLanguage())
    addEventListener('storage', follow)
    return () => removeEventListener('storage', follow)
  }, [])
  return [
    language,
    (chosen) => {
      keep(KEY, chosen.code)
      set(chosen)
    },
  ]
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext)
  if (language === null) throw new Error('no page is around this')
  return language
}
