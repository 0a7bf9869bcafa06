/** "Heard like this": the words of a call as the server's own core says them, to be read or played. */
import { useEffect, useState } from 'preact/hooks'
import type { Heard } from '../../../floor/switches-view.ts'
import { useLanguage } from '../../../page/language.ts'
import { languageNamed } from '../../../page/named.ts'
import { beQuiet, say, useVoices } from '../../../page/voice.ts'

export function HeardLikeThis({ heard }: { heard: Heard[] }) {
  const language = useLanguage()
  const words = language.supervision
  const canPlay = useVoices()
  const [playing, setPlaying] = useState<string | null>(null)
  // What was asked about may have changed, or the window may be gone.
  useEffect(() => beQuiet, [heard])
  const play = ({ language: code, lines }: Heard, localeOf: (code: string) => string) => {
    beQuiet()
    if (playing === code) return setPlaying(null)
    setPlaying(code)
    lines.forEach((line, index) => {
      const isLast = index === lines.length - 1
      say(line.text, localeOf(line.language), isLast ? () => setPlaying(null) : undefined)
    })
  }
  if (heard.every(({ lines }) => !lines.some(({ isNew }) => isNew)))
    return <p class="notice tone-fair">{words.neverHeard}</p>
  const localeOf = (code: string) => heard.find((one) => one.language === code)?.locale ?? code
  return (
    <section class="heard" aria-label={words.heard}>
      {heard.map((one) => (
        <div key={one.language}>
          <div class="heard-head">
            <h3>{words.heardIn(languageNamed(one.language, language))}</h3>
            {canPlay && (
              <button type="button" onClick={() => play(one, localeOf)}>
                {playing === one.language ? words.stop : words.play}
              </button>
            )}
          </div>
          <ol>
            {one.lines.map((line) => (
              <li key={line.language + line.text} lang={line.language}>
                {line.isNew ? <mark>{line.text}</mark> : line.text}
              </li>
            ))}
          </ol>
        </div>
      ))}
      {!canPlay && <p class="muted">{words.noVoice}</p>}
    </section>
  )
}
