/** The telephone and the desk of its agent on one page. Narrow screens show one of them at a time. */
import { render } from 'preact'
import { useState } from 'preact/hooks'
import { type Language, useLanguageSwitch } from '../../page/language.ts'
import '../../page/theme.css'
import './both.css'
import { FirstSteps } from './first-steps.tsx'

const titleOf = ({ phone }: Language): string => phone.bothTitle
const sides = ['phone', 'desk'] as const

function Both() {
  const [language] = useLanguageSwitch(titleOf)
  const [shown, show] = useState<(typeof sides)[number]>('phone')
  const words = language.phone
  return (
    <main class={`both shows-${shown}`}>
      <h1 class="unseen">{words.bothTitle}</h1>
      <FirstSteps words={words} />
      <fieldset class="sides" aria-label={words.show}>
        {sides.map((side) => (
          <button type="button" key={side} aria-pressed={shown === side} onClick={() => show(side)}>
            {words[side]}
          </button>
        ))}
      </fieldset>
      {sides.map((side) => (
        <iframe
          key={side}
          class={`side side-${side}`}
          src={side === 'phone' ? `phone${location.search}` : 'desk'}
          title={words[side]}
        />
      ))}
    </main>
  )
}

const place = document.getElementById('page')
if (place) render(<Both />, place)
