/** Who calls, how sure we are and what follows from it: all the agent needs before answering. */
import type { ComponentChildren } from 'preact'
import type { AssignmentView } from '../../floor/view.ts'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { capital, languageNamed, useNames } from '../../page/named.ts'
import { clock, date, when } from '../../page/time.ts'
import { AssuranceTag } from './assurance.tsx'
import { mainLine } from './main-line.ts'
import { Contacts, Tickets } from './matters.tsx'
import type { TicketActs } from './ticket-acts.tsx'
import { NotesUnder } from './written.tsx'

type Carried = NonNullable<CallerContext['carried']>
export type CallerContext = NonNullable<AssignmentView['context']>

export interface ContextCardParts {
  context: CallerContext
  now: number
  openCrm: (() => void) | null
  pending: boolean
  /** How the check in this talk stands; while one runs, what came of earlier ones is no word on the caller now. */
  check: AssignmentView['check']
  isChecked: boolean
  ticketActs: TicketActs | null
  /** Whose queue the caller came by: with a keyed ticket it may be another than was chosen. */
  queueTopic: string | null
  name: NameParts
  /** Stands between who calls and the details. */
  children: ComponentChildren
}

export function ContextCard({
  context,
  now,
  openCrm,
  pending,
  check,
  isChecked,
  ticketActs,
  queueTopic,
  name,
  children,
}: ContextCardParts) {
  const language = useLanguage()
  const words = language.desk
  const named = useNames()
  const { account, assurance, caller, resting } = context
  // What rests is told once, with its reason.
  const notAtAll = context.mayNot.filter((action) => !resting?.actions.includes(action))
  const line = mainLine(context, check)
  return (
    <div class="context">
      <div class="who-calls">
        <div class="name-row">
          <p class="caller-name">{account?.name ?? words.unknownCaller}</p>
          {openCrm && (
            <button type="button" aria-disabled={pending} onClick={openCrm}>
              <Icon name="open" />
              {words.crm}
            </button>
          )}
        </div>
        <p class="sure">
          <AssuranceTag level={assurance.level} />
          <span class="muted">
            {assurance.method !== null && assurance.at !== null
              ? words.provedBy(named(assurance.method), clock(assurance.at, language))
              : words.levelMeaning[assurance.level]}
          </span>
        </p>
        {account && <NameMatch {...name} pending={pending} now={now} />}
        {!isChecked && (
          <p class={`notice outcome ${line.tone}`}>
            <Icon name={line.tone === 'tone-good' ? 'yes' : line.tone === 'tone-bad' ? 'warning' : 'key'} />
            <span>
              <strong>{words.because[line.because]}</strong> {words.consequence[line.consequence]}
            </span>
          </p>
        )}
      </div>
      <Warnings context={context} now={now} />
      {children}
      <dl class="facts">
        {account && <Fact name={words.customerNumber} value={account.customerNumber} />}
        {context.elsewhere.map(({ brand, customerNumber }) => (
          <Fact
            key={`${brand} ${customerNumber}`}
            name={words.elsewhere}
            value={`${capital(brand)} ${customerNumber}`}
            more={words.elsewhereProved}
          />
        ))}
        <Fact name={words.callerNumber} value={caller.number ?? words.withheld} {...lineOf(context, words)} />
        {context.carried && <FromNetwork carried={context.carried} />}
        <Fact name={words.topic} value={named(context.topic ?? 'general')} />
        <Fact name={words.language} value={languageNamed(context.language, language)} />
        <Fact name={words.brand} value={capital(context.brand)} />
        {context.waitingSince && <Fact name={words.waited} value={when(context.waitingSince, now, language)} />}
        {context.ticket && (
          <Fact
            name={words.keyedTicket}
            value={context.ticket}
            {...(queueTopic === null || queueTopic === context.topic ? {} : { more: named(queueTopic) })}
          />
        )}
      </dl>
      <div class="rights">
        <Rights title={words.may} actions={context.may} allowed={true} />
        <Rights title={words.mayNot} actions={notAtAll} allowed={false} />
      </div>
      {resting && (
        <div class="resting">
          <Rights
            title={words.restsUntil(when(resting.until, now, language))}
            actions={resting.actions}
            allowed={false}
          />
          <p class="muted">{words.restsBecause}</p>
        </div>
      )}
      {context.account && <Tickets tickets={context.tickets} now={now} acts={ticketActs} />}
      <NotesUnder title={words.accountNotes} notes={context.notes} now={now} />
      {context.account && <Contacts contacts={context.contacts} customerNumber={context.account.customerNumber} />}
    </div>
  )
}

export interface NameParts {
  confirmed: AssignmentView['nameConfirmed']
  /** Null where it cannot be said any more, or not yet. */
  confirm: ((matches: boolean) => void) | null
}

/** Whether the caller's name is that of the account (R13): a tick for the next agent, and no proof. */
function NameMatch({ confirmed, confirm, pending, now }: NameParts & { pending: boolean; now: number }) {
  const language = useLanguage()
  const words = language.desk
  if (confirmed === null && confirm === null) return null
  return (
    <p class="name-match">
      {confirm ? (
        <label>
          <input
            type="checkbox"
            checked={confirmed !== null}
            aria-disabled={pending}
            onClick={(event) => {
              // It is ticked when the server has it.
              event.preventDefault()
              if (!pending) confirm(confirmed === null)
            }}
          />
          {words.nameMatches}
        </label>
      ) : (
        words.nameMatches
      )}{' '}
      <span class="muted">
        {confirmed ? words.nameConfirmed(confirmed.agent, when(confirmed.at, now, language)) : words.nameProvesNothing}
      </span>
    </p>
  )
}

function Fact({ name, value, more }: { name: string; value: string; more?: string }) {
  return (
    <div>
      <dt class="muted">{name}</dt>
      <dd class="figures">
        {value} {more && <span class="muted">{more}</span>}
      </dd>
    </div>
  )
}

/** What the network tells of the call. It proves nothing of who is calling. */
function FromNetwork({ carried: { forwardedFrom, attestation, headers } }: { carried: Carried }) {
  const words = useLanguage().desk
  return (
    <>
      {forwardedFrom !== null && <Fact name={words.forwardedFrom} value={forwardedFrom} />}
      {attestation !== null && <Fact name={words.attestation} value={words.attestations[attestation]} />}
      {headers.map(({ name, value }) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </>
  )
}

/**
 * What is known of the line, which proves nothing and warns of nothing. Of others nothing is said: a brand that finds nobody by
 * their number keeps none.
 */
function lineOf({ caller, flags }: CallerContext, words: ReturnType<typeof useLanguage>['desk']): { more?: string } {
  if (flags.includes('own_line')) return { more: words.flags.own_line }
  return caller.onFile ? { more: words.onFile } : {}
}

/** Facts that stand with the number, and are no warnings. */
const FACTS = ['own_line', 'number_withheld']

function Warnings({ context, now }: { context: CallerContext; now: number }) {
  const language = useLanguage()
  const words = language.desk
  const flags: Record<string, string> = words.flags
  const warnings = context.flags
    // Those that come with more than a word are told below.
    .filter(
      (flag) => !FACTS.includes(flag) && flag !== 'incident' && (flag !== 'locked' || context.lockedUntil === null),
    )
    .map((flag) => (Object.hasOwn(flags, flag) ? (flags[flag] ?? flag) : capital(flag)))
  if (context.lockedUntil) warnings.push(words.lockedUntil(when(context.lockedUntil, now, language)))
  if (context.failedTriesBefore > 0) warnings.push(words.failures(context.failedTriesBefore))
  if (warnings.length + context.incidents.length === 0) return null
  return (
    <ul class="warnings" aria-label={words.warnings}>
      {context.incidents.map(({ name, day, texts }) => (
        <li key={name} class="notice tone-fair incident">
          <Icon name="warning" />
          <span>
            <strong>{words.incident(date(day, language))}</strong> <TextIn texts={texts} />
          </span>
        </li>
      ))}
      {warnings.map((warning) => (
        <li key={warning} class="notice tone-fair">
          <Icon name="warning" />
          {warning}
        </li>
      ))}
    </ul>
  )
}

function Rights({ title, actions, allowed }: { title: string; actions: string[]; allowed: boolean }) {
  const words = useLanguage().desk
  const named = useNames()
  return (
    <div>
      <h3>{title}</h3>
      {actions.length === 0 ? (
        <p class="muted">{words.none}</p>
      ) : (
        <ul class={allowed ? 'right-list allowed' : 'right-list denied'}>
          {actions.map((action) => (
            <li key={action}>
              <Icon name={allowed ? 'yes' : 'no'} />
              {named(action)}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** A text in the page's language, or where it has none, in one that it has, named for those who have it read out. */
function TextIn({ texts }: { texts: Record<string, string> }) {
  const { code } = useLanguage()
  const [language, text] = Object.entries(texts).find(([each]) => each === code) ?? Object.entries(texts)[0] ?? []
  return <span lang={language}>{text}</span>
}
