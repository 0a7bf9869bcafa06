/** What several parts of the page are made of: a panel, and what is told of an act. */
import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { ApiAnswer, ApiRefusal } from '../../page/api.ts'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { useAccount } from './account-context.ts'
import { isOver, sentenceOf } from './portal.ts'

export function Panel({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId()
  return (
    <section class="panel own" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

export function Refused({ children, lang }: { children: ComponentChildren; lang?: string | undefined }) {
  return (
    <p class="notice tone-bad" lang={lang}>
      <Icon name="warning" />
      <span>{children}</span>
    </p>
  )
}

export function Done({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice tone-good">
      <Icon name="yes" />
      <span>{children}</span>
    </p>
  )
}

export interface Act {
  isBusy: boolean
  /** What was refused last, and what was done; at most one of them. */
  refusal: ApiRefusal | null
  done: string | null
  /** One at a time. After it the account is read again. Gives what was answered; null: nothing that this page goes on with. */
  run<T>(ask: () => Promise<ApiAnswer<T>>, done: string | null): Promise<T | null>
  forget(): void
}

/** An act of the page, and what became of it. */
export function useAct(): Act {
  const { refresh, leave } = useAccount()
  const sentences = useLanguage().myData.refusals
  const busy = useRef(false)
  const [isBusy, setBusy] = useState(false)
  const [told, tell] = useState<Pick<Act, 'refusal' | 'done'>>({ refusal: null, done: null })
  return {
    isBusy,
    ...told,
    forget: () => tell({ refusal: null, done: null }),
    async run(ask, done) {
      if (busy.current) return null
      busy.current = true
      setBusy(true)
      tell({ refusal: null, done: null })
      const answer = await ask()
      busy.current = false
      setBusy(false)
      if (!answer.ok && isOver(answer)) {
        leave(sentenceOf(answer, sentences))
        return null
      }
      tell(answer.ok ? { refusal: null, done } : { refusal: answer, done: null })
      // Also after a refusal: what was offered is then no longer so.
      void refresh()
      return answer.ok ? answer.data : null
    },
  }
}

/** Where what became of acts is told, also to those who listen. */
export function Outcome({ acts, children }: { acts: readonly Act[]; children?: ComponentChildren }) {
  const { myData: words } = useLanguage()
  return (
    <div class="outcome" role="status">
      {acts.map(({ refusal }) => refusal && <Refused>{sentenceOf(refusal, words.refusals)}</Refused>)}
      {acts.map(({ done }) => done !== null && <Done>{done}</Done>)}
      {children}
    </div>
  )
}

export interface OpenedBy {
  button: RefObject<HTMLButtonElement | null>
  isOpen: boolean
  open(): void
  close(): void
}

/** A dialog and the button that opens it, which gets the keyboard back however that closes. */
export function useDialog(): OpenedBy {
  const button = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  const [isOpen, set] = useState(false)
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return { button, isOpen, open: () => set(true), close: () => set(false) }
}

/** For what takes the place of something that had the keyboard. */
export function useFocusAtFirst<E extends HTMLElement>(wanted = true): RefObject<E | null> {
  const place = useRef<E>(null)
  useEffect(() => {
    if (wanted) place.current?.focus()
  }, [])
  return place
}
