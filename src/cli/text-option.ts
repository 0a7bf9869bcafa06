/** `--text de="…" --text en="…"`: words by language, repeated for each. With a default it could not be required. */
import { InvalidArgumentError } from 'commander'

export function textOption(given: string, before: Record<string, string> = {}): Record<string, string> {
  const [, language, words] = /^([a-z]{2,3})=(.*)$/s.exec(given) ?? []
  if (language === undefined || words === undefined)
    throw new InvalidArgumentError('Write it as language=words: de="Guten Tag."')
  return { ...before, [language]: words }
}
