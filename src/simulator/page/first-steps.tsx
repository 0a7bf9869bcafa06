/** What to do in the first minute, above telephone and desk, until somebody has read it. */
import { useEffect, useState } from 'preact/hooks'
import { getJson } from '../../page/api.ts'
import { Icon } from '../../page/icon.tsx'
import { keep, kept } from '../../page/kept.ts'
import type { Language } from '../../page/language.ts'
import type { PhoneBook } from '../view.ts'

const KEY = 'rufpass.first-steps'

/** Only where there are the demo's customers to call as. */
export function FirstSteps({ words }: { words: Language['phone'] }) {
  const [there, setThere] = useState(false)
  useEffect(() => {
    if (kept(KEY) === 'read') return
    void getJson<PhoneBook>('simulator/api/world').then((answer) => {
      setThere(answer.ok && answer.data.customers.length > 0)
    })
  }, [])
  if (!there) return null
  return (
    <section class="first-steps" aria-label={words.firstSteps}>
      <ol>
        {words.firstStep.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <button
        type="button"
        class="plain"
        onClick={() => {
          keep(KEY, 'read')
          setThere(false)
        }}
      >
        <Icon name="no" />
        <span class="unseen">{words.firstStepsRead}</span>
      </button>
    </section>
  )
}
