/** Choosing a PIN: what is not taken says why, and what would be. */
import { useId, useState } from 'preact/hooks'
import { useLanguage } from '../../page/language.ts'
import { useAccount } from './account-context.ts'
import { sentenceOf } from './portal.ts'
import { Done, Refused, useAct } from './told.tsx'

export function ChoosePin() {
  const { portal, state, pin } = useAccount()
  const words = useLanguage().myData
  const act = useAct()
  const [digits, setDigits] = useState('')
  const [isSeen, see] = useState(false)
  const id = useId()
  const set = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (digits === '') return
    if (await act.run(() => portal.choose(digits), words.chosen)) setDigits('')
  }
  const { refusal, done } = act
  return (
    <form class="part" onSubmit={set} autocomplete="off">
      <h3>{words.choose(pin)}</h3>
      <label for={id}>{words.digits}</label>
      <div class="entry">
        {/* No password field, and named like none: a password manager would keep what opens the telephone. */}
        <input
          id={id}
          class={`figures ${isSeen ? '' : 'masked'}`}
          type="text"
          inputMode="numeric"
          autocomplete="off"
          autocorrect="off"
          spellcheck={false}
          maxLength={32}
          data-1p-ignore=""
          data-bwignore=""
          data-form-type="other"
          data-lpignore="true"
          aria-invalid={refusal !== null}
          aria-describedby={`${id}-told`}
          value={digits}
          onInput={({ currentTarget }) => setDigits(currentTarget.value.replaceAll(/\D/g, ''))}
        />
        <button type="submit" class="main" aria-disabled={act.isBusy}>
          {words.choosing}
        </button>
      </div>
      <label class="choice">
        <input type="checkbox" checked={isSeen} onChange={({ currentTarget }) => see(currentTarget.checked)} />
        {words.showDigits}
      </label>
      <div class="outcome" role="status" id={`${id}-told`}>
        {refusal?.text && <Refused lang={state.language}>{refusal.text}</Refused>}
        {refusal && !refusal.text && (
          <Refused>{refusal.suggestion === null ? sentenceOf(refusal, words.refusals) : words.notTaken}</Refused>
        )}
        {done !== null && <Done>{done}</Done>}
      </div>
      {refusal?.suggestion && (
        <button
          type="button"
          onClick={() => {
            setDigits(refusal.suggestion ?? '')
            see(true)
            act.forget()
          }}
        >
          {words.take(refusal.suggestion)}
        </button>
      )}
    </form>
  )
}
