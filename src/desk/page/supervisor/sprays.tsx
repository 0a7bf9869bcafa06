/** Guesses at many accounts: an alarm that nobody overlooks, and what a supervisor does about it. */
import { useState } from 'preact/hooks'
import type { Switches } from '../../../floor/switches-view.ts'
import { type Language, useLanguage } from '../../../page/language.ts'
import { capital } from '../../../page/named.ts'
import { when } from '../../../page/time.ts'
import { BrandField, Field, FormDialog, Refused } from './fields.tsx'
import { FormButtons } from './notice-form.tsx'
import type { SwitchesState } from './use-switches.ts'

type Spray = Switches['sprays'][number]
type Words = Language['supervision']['sprays']
type OpenForm = { kind: 'begin' } | { kind: 'end'; of: Spray }

/** Minutes; the server takes up to a day. */
const DURATIONS = [30, 60, 240, 1440]
const USUAL_MINUTES = 60
/** As events call what was done by command. */
const COMMAND = 'cli'
/** Letters of a reason; the server counts too (`flow/reason.ts`). */
const LONGEST_REASON = 200

export function Sprays({ switches, state, now }: { switches: Switches; state: SwitchesState; now: number }) {
  const words = useLanguage().supervision.sprays
  const [open, setOpen] = useState<OpenForm | null>(null)
  const close = () => {
    setOpen(null)
    state.forgive()
  }
  const { sprays } = switches
  return (
    <section class={`panel sprays${sprays.length > 0 ? ' on' : ''}`} aria-labelledby="sprays-title">
      <div class="panel-head sprays-head">
        <h2 id="sprays-title">{words.title}</h2>
        {sprays.length === 0 && <p class="muted sprays-none">{words.none}</p>}
        <button type="button" onClick={() => setOpen({ kind: 'begin' })}>
          {words.begin}
        </button>
      </div>
      {/* Without the figures, so that it is said again only when it is another. */}
      <p class="unseen" role="alert">
        {sprays.map((spray) => sentenceOf(spray, words)).join(' ')}
      </p>
      <ul>
        {sprays.map((spray) => (
          <li class="spray" key={spray.brand ?? ''}>
            <SprayLine spray={spray} now={now} />
            {spray.isTheirs && (
              <button type="button" onClick={() => setOpen({ kind: 'end', of: spray })}>
                {words.end}
              </button>
            )}
          </li>
        ))}
      </ul>
      {open?.kind === 'begin' && <BeginForm switches={switches} state={state} close={close} />}
      {open?.kind === 'end' && <EndForm of={open.of} state={state} close={close} />}
    </section>
  )
}

function SprayLine({ spray, now }: { spray: Spray; now: number }) {
  const language = useLanguage()
  const words = language.supervision.sprays
  const { brand, since, until, failures, accounts } = spray
  return (
    <div class="spray-line">
      <p>
        <strong>{placeOf(brand, words)}</strong> {whatOf(spray, words)}
      </p>
      <p>
        {words.failed(failures, accounts)} · {words.times(when(since, now, language), when(until, now, language))}
      </p>
    </div>
  )
}

function placeOf(brand: string | null, words: Words): string {
  return brand === null ? words.everywhere : capital(brand)
}

function whatOf({ actor, hasOneTry }: Spray, words: Words): string {
  const because = actor === null ? words.noticed : actor === COMMAND ? words.byCommand : words.declared(actor)
  return `${because} ${hasOneTry ? words.oneTry : words.alarmAlone}`
}

function sentenceOf(spray: Spray, words: Words): string {
  return `${placeOf(spray.brand, words)}: ${whatOf(spray, words)}`
}

interface FormParts {
  state: SwitchesState
  close(): void
}

function BeginForm({ switches, state, close }: FormParts & { switches: Switches }) {
  const words = useLanguage().supervision.sprays
  const [brand, setBrand] = useState(switches.brands[0]?.brand ?? '')
  const [minutes, setMinutes] = useState(USUAL_MINUTES)
  const [reason, setReason] = useState('')
  const begin = async () => {
    if ((await state.run('sprays', { brand, minutes, reason })) !== null) close()
  }
  return (
    <FormDialog title={words.begin} close={close} submit={begin}>
      <p>{words.means}</p>
      <BrandField brands={switches.brands} value={brand} isFixed={false} set={setBrand} />
      <Field name={words.howLong}>
        {(id) => (
          <select id={id} value={minutes} onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}>
            {DURATIONS.map((each) => (
              <option key={each} value={each}>
                {words.duration(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ReasonField value={reason} set={setReason} />
      <Refused refused={state.refused} />
      <FormButtons pending={state.pending} name={words.doBegin} close={close} />
    </FormDialog>
  )
}

function EndForm({ of, state, close }: FormParts & { of: Spray }) {
  const words = useLanguage().supervision.sprays
  const [reason, setReason] = useState('')
  const end = async () => {
    if ((await state.run('sprays/end', { brand: of.brand, reason })) !== null) close()
  }
  return (
    <FormDialog title={`${words.end}: ${placeOf(of.brand, words)}`} close={close} submit={end}>
      <p>{words.endMeans}</p>
      <ReasonField value={reason} set={setReason} />
      <Refused refused={state.refused} />
      <FormButtons pending={state.pending} name={words.end} close={close} />
    </FormDialog>
  )
}

function ReasonField({ value, set }: { value: string; set(reason: string): void }) {
  const words = useLanguage().supervision.sprays
  return (
    <Field name={words.reason}>
      {(id) => (
        <input
          id={id}
          required
          minLength={3}
          maxLength={LONGEST_REASON}
          value={value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
    </Field>
  )
}
