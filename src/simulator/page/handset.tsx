/** One phone: what was spoken, the dial pad, typed speech and the fault menu. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../page/icon.tsx'
import { useLanguage } from '../../page/language.ts'
import { clock } from '../../page/time.ts'
import { type Fault, faults, type PhoneBook, type PhoneLine, type ShownPhone } from '../view.ts'
import { askedNow, type KeyAs, keysOf } from './as-customer.ts'
import { DialPad } from './dial-pad.tsx'
import { customerOf, phoneOwner } from './phone-list.tsx'
import type { Phones } from './use-phones.ts'
import type { Speech } from './use-speech.ts'

export interface HandsetPanelParts {
  phone: ShownPhone
  world: PhoneBook
  actions: Phones
  speech: Speech
  keyAs: KeyAs
  /** The same call again. */
  redial(): void
  /** Out of the hand. */
  lay(): void
}

export function HandsetPanel({ phone, world, actions, speech, keyAs, redial, lay }: HandsetPanelParts) {
  const words = useLanguage().phone
  const [fault, setFault] = useState<Fault | ''>('')
  const { id, state, listening } = phone
  const live = state !== 'ended' && state !== 'ringing'
  const customer = customerOf(phone, world)
  const asks = live ? askedNow(phone) : null
  const keys = customer && live ? keysOf(customer, phone) : null
  return (
    <section class="panel handset" aria-labelledby="handset-title">
      <div class="handset-head">
        <h2 id="handset-title">{phoneOwner(phone, world, words.withheld)}</h2>
        <span class={`tag ${state === 'in_room' ? 'tone-good' : state === 'ended' ? '' : 'tone-calm'}`}>
          {words.states[state]}
        </span>
        {state === 'ended' && (
          <span class="handset-over">
            {phone.kind === 'caller' && (
              <button type="button" onClick={redial}>
                {words.redial}
              </button>
            )}
            <button type="button" onClick={lay}>
              {words.lay}
            </button>
          </span>
        )}
      </div>
      {state === 'ringing' ? (
        <p class="no-phone muted">{words.ringsFor(phoneOwner(phone, world, words.withheld))}</p>
      ) : (
        <Transcript lines={phone.lines} />
      )}
      <div class="handset-hear">
        <p class="listening" role="status">
          {listening && live ? words.listening(listening.numDigits) : ''}
        </p>
        <label class="choice">
          <input
            type="checkbox"
            checked={speech.on}
            disabled={!speech.possible}
            onChange={({ currentTarget }) => speech.set(currentTarget.checked)}
          />
          {speech.possible ? words.speak : words.noVoice}
        </label>
      </div>
      {customer && asks && keys !== null && (
        <button type="button" class="main" onClick={() => keyAs(customer, phone)}>
          {words.keyOwn[asks.for](keys)}
        </button>
      )}
      {customer && asks?.for === 'secret' && keys === null && <p class="muted">{words.withoutPin}</p>}
      {live && <DialPad off={state === 'dialling'} press={(key) => actions.keys(id, key)} />}
      {state === 'in_room' && <Say say={(text) => actions.say(id, text)} />}
      {live && (
        <div class="handset-end">
          <button type="button" class="danger" onClick={() => actions.act(id, 'hang-up')}>
            <Icon name="no" />
            {words.hangUp}
          </button>
          <label class="field">
            <span>{words.fault}</span>
            <select
              value={fault}
              onChange={({ currentTarget }) => {
                const wanted = faults.find((one) => one === currentTarget.value) ?? null
                setFault(wanted ?? '')
                actions.fault(id, wanted)
              }}
            >
              <option value="">{words.faults.none}</option>
              {faults.map((one) => (
                <option key={one} value={one}>
                  {words.faults[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
    </section>
  )
}

function Transcript({ lines }: { lines: PhoneLine[] }) {
  const language = useLanguage()
  const words = language.phone
  const list = useRef<HTMLDivElement>(null)
  const newest = lines.at(-1)?.at
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [newest, lines.length])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <div class="lines" ref={list} role="log" tabIndex={0} aria-label={words.lines}>
      {lines.map(({ at, kind, note, text, language: spoken }, index) => (
        <p key={`${at} ${index}`} class={`line line-${kind}`}>
          <span class="speaker">
            {words[kind]} <span class="figures">{clock(at, language)}</span>
          </span>
          <span lang={spoken}>{note === undefined ? text : words.notes[note](text)}</span>
        </p>
      ))}
    </div>
  )
}

function Say({ say }: { say(text: string): void }) {
  const words = useLanguage().phone
  const [text, setText] = useState('')
  return (
    <form
      class="say"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') say(text.trim())
        setText('')
      }}
    >
      <input
        aria-label={words.sayLabel}
        placeholder={words.sayHint}
        maxLength={500}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit">{words.say}</button>
    </form>
  )
}
