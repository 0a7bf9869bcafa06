/** Signed in or not. An ended session leads here to the sign-in, and back to where the agent was. */
import { useEffect, useState } from 'preact/hooks'
import { type Language, LanguageProvider, useLanguageSwitch } from '../../page/language.ts'
import { LanguageSwitch } from '../../page/language-switch.tsx'
import { readSession, type Session } from './session.ts'
import { SignInForm } from './sign-in.tsx'
import { AgentDesk } from './signed-in.tsx'

const titleOf = ({ desk }: Language): string => desk.title
const RETRY_MS = 2000

export function Desk() {
  const [language, choose] = useLanguageSwitch(titleOf)
  const [session, setSession] = useState<Session | 'loading' | 'none' | 'ended'>('loading')
  const [entered, setEntered] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const answer = await readSession()
      if (answer.ok) setSession(answer.data)
      else if (answer.status === 401) setSession('none')
      else timer = setTimeout(ask, RETRY_MS)
    }
    void ask()
    return () => clearTimeout(timer)
  }, [])

  const enter = (made: Session) => {
    setEntered(true)
    setSession(made)
  }
  const languageSwitch = <LanguageSwitch language={language} choose={choose} />
  return (
    <LanguageProvider value={language}>
      {session === 'loading' ? (
        <main class="loading">
          <h1>Rufpass</h1>
          <p role="status">{language.desk.loading}</p>
        </main>
      ) : typeof session === 'string' ? (
        <SignInForm ended={session === 'ended'} languageSwitch={languageSwitch} enter={enter} />
      ) : (
        <AgentDesk
          session={session}
          entered={entered}
          languageSwitch={languageSwitch}
          leave={(ended) => setSession(ended ? 'ended' : 'none')}
        />
      )}
    </LanguageProvider>
  )
}
