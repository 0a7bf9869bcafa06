/** The desk of one agent: the stream's last snapshot, what can be done with it, and the keys for that. */
import type { ComponentChild } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { DeskAction, DeskView, Presence } from '../../floor/view.ts'
import { postJson } from '../../page/api.ts'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { openStream } from '../../page/stream.ts'
import { useNow } from '../../page/time.ts'
import { useActing } from './acting.ts'
import { Announcer } from './announcer.tsx'
import { CallPanel } from './assignment.tsx'
import { BetweenCalls } from './between-calls.tsx'
import { CallCode } from './call-code.tsx'
import { KeysDialog } from './keys.tsx'
import { useNotTaken } from './not-taken.ts'
import { NOTE_ID } from './note.tsx'
import { Queue } from './queue.tsx'
import { useRinging } from './ringing.ts'
import { isSignedOut, type Session } from './session.ts'
import { type Shortcuts, useShortcuts } from './shortcuts.ts'
import { Supervisor } from './supervisor/supervisor.tsx'
import { Top } from './top.tsx'
import { Transfer } from './transfer.tsx'
import { forgetDraft, useDraft } from './use-draft.ts'

/** Of this page as long as it is loaded: it replaces a stream of its own that the server still believes alive. */
const PAGE_NAME = [...crypto.getRandomValues(new Uint32Array(2))]
  .map((part) => part.toString(36).padStart(7, '0'))
  .join('')

/** A key that is pressed so soon after a transfer has fallen through was meant for the transfer, ms. */
const SLIP_MS = 2_000

export interface AgentDeskParts {
  session: Session
  /** Whether the agent signed in just now, and the focus was in the form. */
  entered: boolean
  languageSwitch: ComponentChild
  /** `ended`: not by the agent. */
  leave(ended: boolean): void
}

export function AgentDesk({ session, entered, languageSwitch, leave }: AgentDeskParts) {
  const words = useLanguage().desk
  const [view, setView] = useState<DeskView | null>(null)
  const [connected, setConnected] = useState(true)
  const [open, setOpen] = useState<'keys' | 'transfer' | 'code' | null>(null)
  const acting = useActing(session.csrf, { at: view?.at ?? null, connected }, () => leave(true))
  const now = useNow(view?.at ?? null)
  useEffect(() => {
    const stream = openStream<DeskView>({
      url: `desk/api/stream?page=${PAGE_NAME}`,
      event: 'desk',
      onData: setView,
      onConnected: setConnected,
      // What becomes of it shows by itself: one that gets lost is followed by the next.
      onBeat: () => void postJson('desk/api/beat', {}, session.csrf),
      onSignedOut: () => leave(true),
      isSignedOut,
    })
    return () => stream.close()
  }, [])

  const assignment = view?.assignment ?? null
  const ringing = useRinging(assignment)
  const notTaken = useNotTaken(assignment)
  const drafting = useDraft(assignment, now, session.csrf)
  const may = (action: DeskAction) => assignment?.actions.includes(action) === true
  useEffect(() => {
    if (!may('transfer')) setOpen((was) => (was === 'transfer' ? null : was))
    // Not with the last entry: what came of it is still to be read.
    if (assignment?.state !== 'talking') setOpen((was) => (was === 'code' ? null : was))
  })

  const assigned = (path: string) => `assignments/${encodeURIComponent(assignment?.id ?? '')}/${path}`
  const save = () => {
    const { note, ticket, goesTo } = drafting
    const wrapUp = () => acting.run(assigned('wrap-up'), { note, ticket, goesTo })
    void drafting.saving(async () => (await wrapUp()) !== null)
  }
  const act = (action: DeskAction) => {
    if (!may(action)) return
    if (action === 'fetch_back') notTaken.expect()
    if (action === 'transfer' || action === 'code') setOpen(action)
    else if (action === 'wrap_up') save()
    else void acting.run(assigned(action.replace('_', '-')))
  }
  const openCrm = async () => {
    const found = await acting.run(assigned('reference'))
    if (typeof found?.url === 'string') window.open(found.url, '_blank', 'noopener')
  }
  const setPresence = (presence: Presence) => void acting.run('presence', { presence })
  const canTake = view !== null && assignment === null
  const take = (callSid: string | null) => void acting.run('take', callSid === null ? {} : { callSid })

  const passed = useRef(Number.NEGATIVE_INFINITY)
  if (may('leave')) passed.current = performance.now()
  /** The key that left a moment ago ends nothing under the finger when the colleague declines in that moment. */
  const end = (): void => {
    if (may('leave')) act('leave')
    else if (performance.now() - passed.current > SLIP_MS) act('finish')
  }

  const shortcuts: Shortcuts = {
    a: () => view && setPresence(view.me.presence === 'available' ? 'away' : 'available'),
    n: () => {
      if (!canTake) acting.refuse('busy')
      else if (view.waiting.mine === 0) acting.refuse('nobody_waits')
      else take(null)
    },
    d: () => act('decline'),
    h: () => act(may('resume') ? 'resume' : 'hold'),
    p: () => act('check'),
    c: () => act('code'),
    t: () => act('transfer'),
    b: () => act('fetch_back'),
    e: end,
    w: () => act('wrap_up'),
    o: () => document.getElementById(NOTE_ID)?.focus(),
    '?': () => setOpen('keys'),
  }
  const keys = useShortcuts(shortcuts)

  if (view === null)
    return (
      <main class="loading">
        <h1>Rufpass</h1>
        <p role="status">{connected ? words.loading : words.lost}</p>
      </main>
    )
  const signOut = async () => {
    if ((await acting.run('sign-out')) === null) return
    forgetDraft()
    leave(false)
  }
  const refusals: Record<string, string> = words.refusals
  const refusal = acting.refused && (refusals[acting.refused] ?? words.refusals.other)
  const told = refusal ?? (notTaken.name && words.notTaken(notTaken.name))
  return (
    <div class={connected ? 'desk' : 'desk offline'}>
      <Top
        me={view.me}
        connected={connected}
        isNetworkSilent={view.networkSilentSince !== null}
        languageSwitch={languageSwitch}
        pending={acting.pending}
        ringing={ringing}
        setPresence={setPresence}
        showKeys={() => setOpen('keys')}
        signOut={signOut}
      />
      <main class={view.supervision ? 'floor supervised' : 'floor'}>
        <h1 class="unseen">{words.title}</h1>
        <div class="refusal" role="alert">
          {told && (
            <p class={refusal ? 'notice tone-bad' : 'notice tone-fair'}>
              <Icon name="warning" />
              {told}
            </p>
          )}
        </div>
        <CallPanel
          entered={entered}
          assignment={assignment}
          available={view.me.presence === 'available'}
          missed={view.missed}
          now={now}
          pending={acting.pending}
          drafting={drafting}
          topics={view.queues.flatMap(({ topic }) => topic ?? [])}
          act={act}
          actOnTicket={(wish) => void acting.run(assigned('ticket'), wish)}
          orderLetter={async () => (await acting.run(assigned('letter'))) !== null}
          confirmName={(matches) => void acting.run(assigned('name'), { matches })}
          between={
            <BetweenCalls
              csrf={session.csrf}
              now={now}
              isSupervisor={view.me.role === 'supervisor'}
              signedOut={() => leave(true)}
            />
          }
          openCrm={session.openUrl ? openCrm : null}
        />
        <Queue
          waiting={view.waiting}
          now={now}
          canTake={canTake}
          canChoose={view.me.role === 'supervisor'}
          pending={acting.pending}
          take={take}
        />
        {view.supervision && (
          <Supervisor
            supervision={view.supervision}
            figures={view.figures}
            now={now}
            csrf={session.csrf}
            me={view.me.name}
            pending={acting.pending}
            setAway={(agent) => void acting.run('away', { agent })}
            signedOut={() => leave(true)}
          />
        )}
      </main>
      <Announcer assignment={assignment} />
      {open === 'keys' && <KeysDialog {...keys} close={() => setOpen(null)} />}
      {open === 'code' && (
        <CallCode
          pending={acting.pending}
          may={may('code')}
          refusal={refusal}
          tell={async (code) => {
            const told = await acting.run(assigned('code'), { code })
            return told && { right: told.right === true }
          }}
          close={() => setOpen(null)}
        />
      )}
      {open === 'transfer' && (
        <Transfer
          queues={view.queues}
          colleagues={view.colleagues}
          level={assignment?.context?.assurance.level ?? 0}
          pending={acting.pending}
          note={drafting.note}
          go={async (to, note) => {
            await acting.run(assigned('transfer'), { to, note })
            setOpen(null)
          }}
          close={() => setOpen(null)}
        />
      )}
    </div>
  )
}
