import { useState } from 'preact/hooks'
import type { Switches } from '../../../floor/switches-view.ts'
import { useLanguage } from '../../../page/language.ts'
import { capital } from '../../../page/named.ts'
import { BrandField, Field, FormDialog, filled, Refused, TextFields } from './fields.tsx'
import { FormButtons, type FormParts } from './notice-form.tsx'
import type { SwitchesState } from './use-switches.ts'

/** Letters that agents are told of an incident; the server counts too (`context/call-context.ts`). */
const LONGEST_TOLD = 400

/** Opens an incident: what agents read on the accounts that will be marked with it. */
export function IncidentForm({ switches, state, close }: Omit<FormParts<never>, 'of'>) {
  const words = useLanguage().supervision
  const [brandName, setBrand] = useState(switches.brands[0]?.brand ?? '')
  const brand = switches.brands.find((each) => each.brand === brandName)
  const [name, setName] = useState('')
  const [day, setDay] = useState(brand?.today ?? '')
  const [texts, setTexts] = useState<Record<string, string>>({})
  if (!brand) return null
  const open = async () => {
    const done = await state.run('incidents', { brand: brandName, name, day, texts: filled(texts, brand) })
    if (done !== null) close()
  }
  return (
    <FormDialog title={words.addIncident} close={close} submit={open}>
      <BrandField brands={switches.brands} value={brandName} isFixed={false} set={setBrand} />
      <Field name={words.incidentName}>
        {(id) => (
          <input
            id={id}
            required
            pattern="[a-z][a-z0-9\-]{0,31}"
            title={words.incidentNameForm}
            placeholder="mail-2026-11"
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      <Field name={words.incidentDay}>
        {(id) => (
          <input
            id={id}
            type="date"
            required
            max={brand.today}
            value={day}
            onInput={({ currentTarget }) => setDay(currentTarget.value)}
          />
        )}
      </Field>
      <TextFields brand={brand} name={words.agentsRead} texts={texts} most={LONGEST_TOLD} required set={setTexts} />
      <Refused refused={state.refused} />
      <FormButtons pending={state.pending} name={words.openIncident} close={close} />
    </FormDialog>
  )
}

interface OfIncident {
  of: Switches['incidents'][number]
  state: SwitchesState
  close(): void
}

interface Marked {
  marked: number
  before: number
  unknownLines: number[]
}

/** One number a line, as they were sent. */
function linesOf(numbers: string): string[] {
  return numbers
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** As many as somebody looks up by hand; of the others there is how many they are. */
const NAMED = 20

function someOf(numbers: readonly string[], more: (count: number) => string): string {
  const named = numbers.slice(0, NAMED)
  return [...named, ...(numbers.length > NAMED ? [more(numbers.length - NAMED)] : [])].join(', ')
}

/** Marks the customers that an incident touched. Numbers that nobody has mark nobody, unless they are to be left out. */
export function MarkForm({ of, state, close }: OfIncident) {
  const language = useLanguage()
  const words = language.supervision
  const [numbers, setNumbers] = useState('')
  /** Not put into the text field: of a hundred thousand lines it would stand still. */
  const [fromFile, setFromFile] = useState<string[]>([])
  const lines = [...linesOf(numbers), ...fromFile]
  const [skip, setSkip] = useState(false)
  const [done, setDone] = useState<(Marked & { unknown: string[] }) | null>(null)
  const mark = async () => {
    setDone(null)
    const order = { brand: of.brand, name: of.name, customer_numbers: lines, skip_unknown: skip }
    const marked = await state.run<Marked>('incidents/mark', order)
    setDone(marked && { ...marked, unknown: marked.unknownLines.map((line) => lines[line - 1] ?? '') })
  }
  return (
    <FormDialog title={`${words.mark}: ${capital(of.brand)}, ${of.name}`} close={close} submit={mark}>
      <Field name={words.numbers}>
        {(id) => (
          <textarea
            id={id}
            rows={6}
            required={fromFile.length === 0}
            spellcheck={false}
            value={numbers}
            onInput={({ currentTarget }) => setNumbers(currentTarget.value)}
          />
        )}
      </Field>
      <Field name={words.numbersFile}>
        {(id) => (
          <input
            id={id}
            type="file"
            accept=".txt,.csv,text/plain"
            onChange={async ({ currentTarget: { files } }) => setFromFile(linesOf((await files?.[0]?.text()) ?? ''))}
          />
        )}
      </Field>
      <label class="choice">
        <input type="checkbox" checked={skip} onChange={({ currentTarget }) => setSkip(currentTarget.checked)} />
        {words.skipUnknown}
      </label>
      <p role="status" class="muted">
        {state.pending && words.marking(lines.length)}
        {done && words.marked(done.marked, done.before, someOf(done.unknown, language.phone.more))}
      </p>
      <Refused refused={state.refused} />
      <div class="form-buttons">
        <button type="submit" class="main" aria-disabled={state.pending}>
          {words.mark}
        </button>
        <button type="button" onClick={close}>
          {language.desk.close}
        </button>
      </div>
    </FormDialog>
  )
}

/** Asks once: an incident that is closed is never opened again. */
export function CloseIncident({ of, state, close }: OfIncident) {
  const words = useLanguage().supervision
  const end = async () => {
    if ((await state.run('incidents/close', { brand: of.brand, name: of.name })) !== null) close()
  }
  return (
    <FormDialog title={`${words.closeIncident}: ${capital(of.brand)}, ${of.name}`} close={close} submit={end}>
      <p>{words.closeMeans(of.accounts)}</p>
      <Refused refused={state.refused} />
      <FormButtons pending={state.pending} name={words.closeIncident} close={close} />
    </FormDialog>
  )
}
