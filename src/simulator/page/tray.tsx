/** The tray of a try-out: what customers are told by e-mail and text message lies here. Nobody gets it. */
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { getJson } from '../../page/api.ts'
import { Icon } from '../../page/icon.tsx'
import { type Language, LanguageProvider, useLanguageSwitch } from '../../page/language.ts'
import { LanguageSwitch } from '../../page/language-switch.tsx'
import { when } from '../../page/time.ts'
import '../../page/theme.css'
import type { TrayMessage } from '../view.ts'
import './phone.css'
import './tray.css'

/** How often the page looks, ms. */
const EVERY_MS = 2_000

const titleOf = ({ phone }: Language): string => phone.trayTitle

function Tray() {
  const [language, choose] = useLanguageSwitch(titleOf)
  const words = language.phone
  const [messages, setMessages] = useState<TrayMessage[] | null>(null)
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    const look = async (): Promise<void> => {
      const answer = await getJson<{ messages: TrayMessage[] }>('simulator/api/messages')
      setLost(!answer.ok)
      if (answer.ok) setMessages(answer.data.messages)
    }
    void look()
    const timer = setInterval(look, EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <LanguageProvider value={language}>
      <div class="phone-page">
        <header class="phone-top">
          <h1>{words.tray}</h1>
          <LanguageSwitch language={language} choose={choose} />
          <div class="phone-status" role="status">
            {isLost && (
              <p class="notice tone-bad">
                <Icon name="lost" />
                {words.lost}
              </p>
            )}
          </div>
        </header>
        <main class="tray">
          <p class="muted">{words.trayHint}</p>
          {messages?.length === 0 && <p class="tray-empty">{words.trayEmpty}</p>}
          <ol aria-live="polite">
            {messages?.map((message) => (
              <li key={message.id} class="tray-message">
                <Sheet message={message} language={language} />
              </li>
            ))}
          </ol>
        </main>
      </div>
    </LanguageProvider>
  )
}

/** As the one who gets it sees it: a text message has no subject. */
function Sheet({ message, language }: { message: TrayMessage; language: Language }) {
  const { at, channel, to, from, name, subject, text } = message
  const words = language.phone
  return (
    <article>
      <p class="tray-head">
        <span class="tray-channel">{words.trayChannel[channel]}</span>
        <time dateTime={at}>{when(at, Date.now(), language)}</time>
      </p>
      <dl>
        <dt>{words.trayTo}</dt>
        <dd>{to}</dd>
        <dt>{words.trayFrom}</dt>
        <dd>{channel === 'email' ? `${name} <${from}>` : from}</dd>
      </dl>
      {channel === 'email' && <h2 lang={message.language}>{subject}</h2>}
      {channel === 'letter' ? (
        <>
          <h2>{words.trayNewPin(subject)}</h2>
          <p class="tray-pin">{text}</p>
          <p class="tray-text">{words.trayFirstUse}</p>
        </>
      ) : (
        <p class="tray-text" lang={message.language}>
          {text}
        </p>
      )}
    </article>
  )
}

const place = document.getElementById('page')
if (place) render(<Tray />, place)
