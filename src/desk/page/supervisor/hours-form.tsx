import { useState } from 'preact/hooks'
import type { Heard, Switches } from '../../../floor/switches-view.ts'
import { useLanguage } from '../../../page/language.ts'
import { BrandField, Field, FormDialog, filled, Refused, TextFields } from './fields.tsx'
import { HeardLikeThis } from './heard.tsx'
import { FormButtons, type FormParts, LONGEST_WORDS } from './notice-form.tsx'

/** How a day is unlike others. */
const ways = ['from', 'all', 'open'] as const

/** Sets the hours of one day, or changes those that were set. */
export function HoursForm({ of, switches, state, close }: FormParts<Switches['hours'][number] | null>) {
  const words = useLanguage().supervision
  const [brandName, setBrand] = useState(of?.brand ?? switches.brands[0]?.brand ?? '')
  const brand = switches.brands.find((each) => each.brand === brandName)
  const [day, setDay] = useState(of?.day ?? brand?.today ?? '')
  const [way, setWay] = useState<(typeof ways)[number]>(of === null ? 'from' : of.hours.length === 0 ? 'all' : 'open')
  const [from, setFrom] = useState('14:00')
  const [ranges, setRanges] = useState(of && of.hours.length > 0 ? of.hours.map(pairOf) : [pairOf('08:00-14:00')])
  const [texts, setTexts] = useState(of?.texts ?? {})
  const [heard, setHeard] = useState<Heard[] | null>(null)
  if (!brand) return null
  const order = () => {
    const reason = { brand: brandName, day, texts: filled(texts, brand) }
    if (way === 'all') return { ...reason, hours: [] }
    return way === 'from' ? { ...reason, closed_from: from } : { ...reason, hours: ranges.map(rangeOf) }
  }
  const listen = async () =>
    setHeard((await state.run<{ heard: Heard[] }>('heard', { kind: 'hours', order: order() }))?.heard ?? null)
  const set = async () => {
    if ((await state.run('hours', order())) !== null) close()
  }
  const time = (name: string, value: string, change: (value: string) => void) => (
    <Field name={name}>
      {(id) => (
        <input
          id={id}
          type="time"
          required
          value={value}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
    </Field>
  )
  return (
    <FormDialog
      title={of === null ? words.addHours : words.changeHours}
      close={close}
      submit={set}
      changed={() => setHeard(null)}
    >
      <BrandField brands={switches.brands} value={brandName} isFixed={of !== null} set={setBrand} />
      <Field name={words.day}>
        {(id) => (
          <input
            id={id}
            type="date"
            required
            min={brand.today}
            value={day}
            readOnly={of !== null}
            onInput={({ currentTarget }) => setDay(currentTarget.value)}
          />
        )}
      </Field>
      {day === brand.today && <p class="muted">{words.todayIs(brand.hoursToday.join(', '))}</p>}
      <fieldset class="ways">
        <legend class="unseen">{words.hours}</legend>
        {ways.map((each) => (
          <label class="choice" key={each}>
            <input type="radio" name="way" checked={way === each} onChange={() => setWay(each)} />
            {words.ways[each]}
          </label>
        ))}
      </fieldset>
      {way === 'from' && time(words.ways.from, from, setFrom)}
      {way === 'open' &&
        ranges.map(([opens, closes], index) => (
          <div class="pair" key={index}>
            {time(words.opens, opens, (value) => setRanges(ranges.with(index, [value, closes])))}
            {time(words.closes, closes, (value) => setRanges(ranges.with(index, [opens, value])))}
          </div>
        ))}
      <TextFields
        brand={brand}
        name={words.reason}
        texts={texts}
        most={LONGEST_WORDS}
        required={Object.keys(filled(texts, brand)).length > 0}
        set={setTexts}
      />
      {heard && <HeardLikeThis heard={heard} />}
      <Refused refused={state.refused} />
      <FormButtons pending={state.pending} listen={() => void listen()} name={words.setHours} close={close} />
    </FormDialog>
  )
}

type Pair = [opens: string, closes: string]

/** A field of time has no 24:00, and nobody closes a minute before midnight. */
function pairOf(range: string): Pair {
  return [range.slice(0, 5), range.slice(6).replace('24:00', '23:59')]
}

function rangeOf([opens, closes]: Pair): string {
  return `${opens}-${closes.replace('23:59', '24:00')}`
}
