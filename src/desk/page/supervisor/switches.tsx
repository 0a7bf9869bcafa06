/** What callers are told and when they find us, and what agents are told of incidents: shown, set and taken away. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Switches } from '../../../floor/switches-view.ts'
import { useLanguage } from '../../../page/language.ts'
import { capital, languageNamed, useNames } from '../../../page/named.ts'
import { date, when } from '../../../page/time.ts'
import { Refused } from './fields.tsx'
import { HoursForm } from './hours-form.tsx'
import { CloseIncident, IncidentForm, MarkForm } from './incident-forms.tsx'
import { NoticeForm } from './notice-form.tsx'
import type { SwitchesState } from './use-switches.ts'

export type OpenForm =
  | { kind: 'notice'; of: Switches['notices'][number] | null }
  | { kind: 'hours'; of: Switches['hours'][number] | null }
  | { kind: 'incident' }
  | { kind: 'mark' | 'close'; of: Switches['incidents'][number] }

export function SwitchesPanel({ switches, state, now }: Omit<ListParts, 'open'> & { now: number }) {
  const [open, setOpen] = useState<OpenForm | null>(null)
  const close = () => {
    setOpen(null)
    state.forgive()
  }
  return (
    <>
      <Notices switches={switches} state={state} now={now} open={setOpen} />
      <Hours switches={switches} state={state} open={setOpen} />
      <Incidents switches={switches} open={setOpen} />
      {open === null && state.refused !== null && (
        <div class="refused">
          <Refused refused={state.refused} />
        </div>
      )}
      {open?.kind === 'notice' && <NoticeForm of={open.of} switches={switches} state={state} close={close} />}
      {open?.kind === 'hours' && <HoursForm of={open.of} switches={switches} state={state} close={close} />}
      {open?.kind === 'incident' && <IncidentForm switches={switches} state={state} close={close} />}
      {open?.kind === 'mark' && <MarkForm of={open.of} state={state} close={close} />}
      {open?.kind === 'close' && <CloseIncident of={open.of} state={state} close={close} />}
    </>
  )
}

interface ListParts {
  switches: Switches
  state: SwitchesState
  open(form: OpenForm): void
}

function Notices({ switches, state, now, open }: ListParts & { now: number }) {
  const language = useLanguage()
  const words = language.supervision
  const named = useNames()
  return (
    <Panel
      id="notices-title"
      title={words.notices}
      none={switches.notices.length === 0 ? words.noNotices : null}
      add={[words.addNotice, () => open({ kind: 'notice', of: null })]}
    >
      {switches.notices.map((notice) => {
        const whose = notice.topic === null ? words.allCallers : named(notice.topic)
        return (
          <li key={`${notice.brand} ${notice.topic}`}>
            <Head first={capital(notice.brand)} second={whose}>
              {notice.until !== null && words.until(when(notice.until, now, language))}
            </Head>
            <Texts texts={notice.texts} />
            <div class="row-buttons">
              <button type="button" onClick={() => open({ kind: 'notice', of: notice })}>
                {words.change}
              </button>
              <button
                type="button"
                aria-disabled={state.pending}
                aria-label={`${words.clear}: ${capital(notice.brand)}, ${whose}`}
                onClick={() => void state.run('notices/clear', { brand: notice.brand, topic: notice.topic })}
              >
                {words.clear}
              </button>
            </div>
          </li>
        )
      })}
    </Panel>
  )
}

function Hours({ switches, state, open }: ListParts) {
  const language = useLanguage()
  const words = language.supervision
  return (
    <Panel
      id="hours-title"
      title={words.hours}
      none={switches.hours.length === 0 ? words.noHours : null}
      add={[words.addHours, () => open({ kind: 'hours', of: null })]}
    >
      {switches.hours.map((hours) => {
        const isToday = switches.brands.some(({ brand, today }) => brand === hours.brand && today === hours.day)
        const day = isToday ? words.today : date(`${hours.day}T12:00:00Z`, language)
        return (
          <li key={`${hours.brand} ${hours.day}`}>
            <Head first={capital(hours.brand)} second={day}>
              {hours.hours.length === 0 ? words.closedAllDay : words.openAt(hours.hours.join(', '))}
            </Head>
            <Texts texts={hours.texts} />
            <div class="row-buttons">
              <button type="button" onClick={() => open({ kind: 'hours', of: hours })}>
                {words.change}
              </button>
              <button
                type="button"
                aria-disabled={state.pending}
                aria-label={`${words.remove}: ${capital(hours.brand)}, ${day}`}
                onClick={() => void state.run('hours/clear', { brand: hours.brand, day: hours.day })}
              >
                {words.remove}
              </button>
            </div>
          </li>
        )
      })}
    </Panel>
  )
}

function Incidents({ switches, open }: Omit<ListParts, 'state'>) {
  const language = useLanguage()
  const words = language.supervision
  const isOpen = ({ closed }: Switches['incidents'][number]): boolean => closed === null
  return (
    <Panel
      id="incidents-title"
      title={words.incidents}
      none={switches.incidents.some(isOpen) ? null : words.noIncidents}
      add={[words.addIncident, () => open({ kind: 'incident' })]}
    >
      {switches.incidents.filter(isOpen).map((incident) => (
        <li key={`${incident.brand} ${incident.name}`}>
          <Head first={capital(incident.brand)} second={incident.name}>
            {date(`${incident.day}T12:00:00Z`, language)} · {words.accounts(incident.accounts)}
          </Head>
          <Texts texts={incident.texts} />
          <div class="row-buttons">
            <button type="button" onClick={() => open({ kind: 'mark', of: incident })}>
              {words.mark}
            </button>
            <button type="button" onClick={() => open({ kind: 'close', of: incident })}>
              {words.closeIncident}
            </button>
          </div>
        </li>
      ))}
    </Panel>
  )
}

interface PanelParts {
  id: string
  title: string
  /** What is said instead of an empty list. */
  none: string | null
  add: [name: string, act: () => void]
  children: ComponentChildren
}

function Panel({ id, title, none, add: [name, act], children }: PanelParts) {
  return (
    <section class="panel switches" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        <button type="button" onClick={act}>
          {name}
        </button>
      </div>
      {none !== null && <p class="empty muted">{none}</p>}
      <ul class="switch-list">{children}</ul>
    </section>
  )
}

function Head({ first, second, children }: { first: string; second: string; children: ComponentChildren }) {
  return (
    <p class="switch-head">
      <strong>{first}</strong>
      <span class="tag">{second}</span>
      <span class="muted">{children}</span>
    </p>
  )
}

function Texts({ texts }: { texts: Record<string, string> }) {
  const language = useLanguage()
  return (
    <dl class="texts">
      {Object.entries(texts).map(([code, text]) => (
        <div key={code}>
          <dt>{languageNamed(code, language)}</dt>
          <dd lang={code}>{text}</dd>
        </div>
      ))}
    </dl>
  )
}
