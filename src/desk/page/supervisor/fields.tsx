/** Fields that several forms of a supervisor have. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { FaultCode, Switches } from '../../../floor/switches-view.ts'
import { Dialog } from '../../../page/dialog.tsx'
import { type Language, useLanguage } from '../../../page/language.ts'
import { capital, languageNamed } from '../../../page/named.ts'
import type { Refusal } from './use-switches.ts'

export type SwitchBrand = Switches['brands'][number]

export function Field({ name, children }: { name: string; children(id: string): ComponentChildren }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {children(id)}
    </div>
  )
}

/** `isFixed`: what is changed stays with its brand. */
export function BrandField(parts: {
  brands: SwitchBrand[]
  value: string
  isFixed: boolean
  set(brand: string): void
}) {
  const words = useLanguage().desk
  return (
    <Field name={words.brand}>
      {(id) => (
        <select
          id={id}
          value={parts.value}
          disabled={parts.isFixed}
          onChange={({ currentTarget }) => parts.set(currentTarget.value)}
        >
          {parts.brands.map(({ brand }) => (
            <option key={brand} value={brand}>
              {capital(brand)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** A text in each language of the brand. */
export function TextFields(parts: {
  brand: SwitchBrand
  name: string
  texts: Record<string, string>
  most: number
  required: boolean
  set(texts: Record<string, string>): void
}) {
  const language = useLanguage()
  const { brand, name, texts, most, required, set } = parts
  return (
    <>
      {brand.languages.map(({ code }) => (
        <Field key={code} name={`${name} (${languageNamed(code, language)})`}>
          {(id) => (
            <>
              <textarea
                id={id}
                lang={code}
                rows={2}
                maxLength={most}
                required={required}
                value={texts[code] ?? ''}
                onInput={({ currentTarget }) => set({ ...texts, [code]: currentTarget.value.replaceAll('\n', ' ') })}
              />
              <span class="muted left">{language.desk.left(most - (texts[code] ?? '').length)}</span>
            </>
          )}
        </Field>
      ))}
    </>
  )
}

/** The texts of the brand's languages, without those left empty. */
export function filled(texts: Record<string, string>, { languages }: SwitchBrand): Record<string, string> {
  return Object.fromEntries(
    languages.flatMap(({ code }) => {
      const text = (texts[code] ?? '').trim()
      return text === '' ? [] : [[code, text]]
    }),
  )
}

/** A form that is sent, and not as browsers send one. `changed`: something in it was typed or chosen. */
export function FormDialog(parts: {
  title: string
  close(): void
  submit(): Promise<void>
  changed?: () => void
  children: ComponentChildren
}) {
  return (
    <Dialog title={parts.title} close={parts.close}>
      <form
        class="form"
        onInput={parts.changed}
        onSubmit={(event) => {
          event.preventDefault()
          void parts.submit()
        }}
      >
        {parts.children}
      </form>
    </Dialog>
  )
}

/** Why the server did not take it, in the words of the page. */
export function Refused({ refused }: { refused: Refusal | null }) {
  const language = useLanguage()
  return (
    <div role="alert">
      {refused !== null && <p class="notice tone-bad">{sentencesOf(refused, language).join(' ')}</p>}
    </div>
  )
}

function sentencesOf({ code, faults }: Refusal, language: Language): string[] {
  const { desk, supervision: words } = language
  // Complete: what the server may find wrong and the page cannot say does not compile.
  const sentences: Record<FaultCode, (field: string) => string> = words.faults
  const known = faults.flatMap(({ code, field }) =>
    Object.hasOwn(sentences, code) ? sentences[code as FaultCode](fieldNamed(field, language)) : [],
  )
  if (known.length > 0) return [words.refused, ...new Set(known)]
  if (code === 'not_found') return [words.refused, words.gone]
  // Which of the two is told, for what became of it is not known where nobody answers.
  if (code === 'no_connection' || code === 'no_answer') return [desk.refusals[code]]
  if (code === 'not_allowed' || code === 'unreachable') return [words.refused, desk.refusals[code]]
  return [words.refused]
}

/** A field as its form calls it: `texts.de`, `hours.0`, `customer_numbers.4`. */
function fieldNamed(field: string | null, language: Language): string {
  const { desk, supervision: words } = language
  const [name = '', part = ''] = (field ?? '').split('.')
  if (name === 'texts') return part === '' ? words.text : `${words.text} (${languageNamed(part, language)})`
  if (name === 'customer_numbers') return part === '' ? words.mark : words.line(Number(part) + 1)
  const names: Record<string, string> = {
    brand: desk.brand,
    topic: words.whose,
    until: words.ends,
    day: words.day,
    hours: words.hours,
    closed_from: words.ways.from,
    name: words.incidentName,
    reason: words.sprays.reason,
    minutes: words.sprays.howLong,
  }
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name
}
