import type { ComponentChild } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { postJson } from '../../page/api.ts'
import { Icon } from '../../page/icon.tsx'
import { type Language, useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { type DemoAgent, readDemoAgents, readSession, type Session } from './session.ts'

export interface SignInFormParts {
  /** Whether a session ended just now. */
  ended: boolean
  languageSwitch: ComponentChild
  enter(session: Session): void
}

/** A problem is kept as a way to say it, so that switching the language says it again. */
type Problem = (words: Language['desk']) => string

export function SignInForm({ ended, languageSwitch, enter }: SignInFormParts) {
  const words = useLanguage().desk
  const form = useRef<HTMLFormElement>(null)
  const nameField = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [pending, setPending] = useState(false)
  const [demoAgents, setDemoAgents] = useState<DemoAgent[]>([])
  useEffect(() => nameField.current?.focus(), [])
  useEffect(() => void readDemoAgents().then(setDemoAgents), [])

  const submit = async (event: Event) => {
    event.preventDefault()
    if (!form.current) return
    const fields = new FormData(form.current)
    const name = String(fields.get('name')).trim()
    const password = String(fields.get('password'))
    if (name === '' || password === '') return setProblem(() => (said: Language['desk']) => said.missing)
    await signIn('desk/api/sign-in', { name, password })
  }

  const signIn = async (door: string, body: object) => {
    if (pending) return
    setPending(true)
    const answer = await postJson(door, body, null)
    const session = answer.ok ? await readSession() : answer
    setPending(false)
    if (session.ok) return enter(session.data as Session)
    const { status, retryAfter } = session
    setProblem(() => (said: Language['desk']) => {
      if (status === 401) return said.wrong
      return status === 429 ? said.throttled(Math.ceil((retryAfter ?? 60) / 60)) : said.signInFailed
    })
  }

  return (
    <main class="sign-in">
      <form class="panel" ref={form} onSubmit={submit} noValidate>
        <div class="sign-in-head">
          <h1>
            <Icon name="phone" />
            Rufpass
          </h1>
          {languageSwitch}
        </div>
        {ended && problem === null && <p class="notice tone-calm">{words.ended}</p>}
        <div role="alert">
          {problem !== null && (
            <p class="notice tone-bad" id="sign-in-problem">
              <Icon name="warning" />
              {problem(words)}
            </p>
          )}
        </div>
        {demoAgents.length > 0 && (
          <fieldset class="demo-agents">
            <legend>{words.demoSignIn}</legend>
            {demoAgents.map(({ name, displayName, role }) => (
              <button
                type="button"
                key={name}
                aria-disabled={pending}
                onClick={() => signIn('desk/api/sign-in/demo', { name })}
              >
                <strong>{capital(name)}</strong>
                <span>
                  {displayName}, {words.roles[role]}
                </span>
              </button>
            ))}
          </fieldset>
        )}
        <div class="field">
          <label for="name">{words.name}</label>
          <input
            id="name"
            name="name"
            ref={nameField}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            maxLength={32}
            aria-describedby={problem ? 'sign-in-problem' : undefined}
          />
        </div>
        <div class="field">
          <label for="password">{words.password}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" maxLength={200} />
        </div>
        <button type="submit" class={demoAgents.length > 0 ? '' : 'main'} aria-disabled={pending}>
          {pending ? words.signingIn : words.signIn}
        </button>
      </form>
    </main>
  )
}
