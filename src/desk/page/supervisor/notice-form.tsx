import { useState } from 'preact/hooks'
import type { Heard, Switches } from '../../../floor/switches-view.ts'
import { useLanguage } from '../../../page/language.ts'
import { useNames } from '../../../page/named.ts'
import { BrandField, Field, FormDialog, filled, Refused, TextFields } from './fields.tsx'
import { HeardLikeThis } from './heard.tsx'
import type { SwitchesState } from './use-switches.ts'

/** Letters of a notice; the server counts too (`call/samples.ts`). */
export const LONGEST_WORDS = 117

export interface FormParts<Of> {
  of: Of
  switches: Switches
  state: SwitchesState
  close(): void
}

/** Sets a notice, or changes the one that is on for the same callers. */
export function NoticeForm({ of, switches, state, close }: FormParts<Switches['notices'][number] | null>) {
  const words = useLanguage().supervision
  const named = useNames()
  const [brandName, setBrand] = useState(of?.brand ?? switches.brands[0]?.brand ?? '')
  const [topic, setTopic] = useState(of?.topic ?? '')
  const [texts, setTexts] = useState(of?.texts ?? {})
  const [until, setUntil] = useState(of?.until ? localInput(of.until) : '')
  const [heard, setHeard] = useState<Heard[] | null>(null)
  const brand = switches.brands.find((each) => each.brand === brandName)
  if (!brand) return null
  const choose = (name: string) => {
    setBrand(name)
    setTopic('')
  }
  const order = () => ({
    brand: brandName,
    topic: topic === '' ? null : topic,
    texts: filled(texts, brand),
    until: until === '' ? null : new Date(until).toISOString(),
  })
  const listen = async () =>
    setHeard((await state.run<{ heard: Heard[] }>('heard', { kind: 'notice', order: order() }))?.heard ?? null)
  const set = async () => {
    if ((await state.run('notices', order())) !== null) close()
  }
  return (
    <FormDialog
      title={of === null ? words.addNotice : words.changeNotice}
      close={close}
      submit={set}
      changed={() => setHeard(null)}
    >
      <BrandField brands={switches.brands} value={brandName} isFixed={of !== null} set={choose} />
      <Field name={words.whose}>
        {(id) => (
          <select
            id={id}
            value={topic}
            disabled={of !== null}
            onChange={({ currentTarget }) => setTopic(currentTarget.value)}
          >
            <option value="">{words.allCallers}</option>
            {brand.topics.map((name) => (
              <option key={name} value={name}>
                {named(name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextFields brand={brand} name={words.text} texts={texts} most={LONGEST_WORDS} required set={setTexts} />
      <Field name={words.endsBy}>
        {(id) => (
          <input
            id={id}
            type="datetime-local"
            value={until}
            onInput={({ currentTarget }) => setUntil(currentTarget.value)}
          />
        )}
      </Field>
      {heard && <HeardLikeThis heard={heard} />}
      <Refused refused={state.refused} />
      <FormButtons pending={state.pending} listen={() => void listen()} name={words.switchOn} close={close} />
    </FormDialog>
  )
}

export function FormButtons(parts: { pending: boolean; listen?: () => void; name: string; close(): void }) {
  const language = useLanguage()
  return (
    <div class="form-buttons">
      {parts.listen && (
        <button
          type="button"
          aria-disabled={parts.pending}
          onClick={({ currentTarget }) => currentTarget.form?.reportValidity() && parts.listen?.()}
        >
          {language.supervision.listen}
        </button>
      )}
      <button type="submit" class="main" aria-disabled={parts.pending}>
        {parts.name}
      </button>
      <button type="button" onClick={parts.close}>
        {language.desk.cancel}
      </button>
    </div>
  )
}

/** As the browser's own field of a moment has it. */
function localInput(moment: string): string {
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
