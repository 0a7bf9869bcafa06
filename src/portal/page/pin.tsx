/** The PIN: since when there is one, how its lock stands, and how to get another. */
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { date, when } from '../../page/time.ts'
import { useAccount } from './account-context.ts'
import { ChoosePin } from './choose-pin.tsx'
import { PinButton } from './shown-pin.tsx'
import { Outcome, Panel, Refused, useAct } from './told.tsx'

export function PinPanel() {
  const { portal, state, pin } = useAccount()
  const language = useLanguage()
  const words = language.myData
  const unlocking = useAct()
  const { allows, lock } = state
  const current = state.credentials.find(({ kind }) => kind === 'pin')
  return (
    <Panel title={capital(pin)}>
      <p>{current ? words.set(date(current.set, language)) : words.notSet}</p>
      {state.rest && <p class="notice tone-calm">{words.rests(when(state.rest.until, Date.now(), language))}</p>}
      {current?.to_be_changed && <p class="notice tone-fair">{words.toBeChanged}</p>}
      {lock.kind === 'hard' && <Refused>{words.hardLock}</Refused>}
      {lock.kind === 'operator' && <Refused>{words.operatorLock}</Refused>}
      {lock.kind === 'soft' && lock.until !== null && (
        <Refused>{words.softLock(when(lock.until, Date.now(), language))}</Refused>
      )}
      {allows.unlock && (
        <button
          type="button"
          aria-disabled={unlocking.isBusy}
          onClick={() => void unlocking.run(portal.unlock, words.unlocked)}
        >
          {words.unlock}
        </button>
      )}
      <Outcome acts={[unlocking]} />
      {allows.undo && <p>{words.undoHint}</p>}
      <PinButton
        isOffered={allows.undo}
        label={words.undo}
        hint={words.undoNext}
        told={words.renewed}
        ask={portal.undo}
      />
      <PinButton
        isOffered={allows.reveal}
        label={words.lookUp(pin)}
        hint={words.lookUpHint}
        told={words.lookedUp}
        ask={portal.lookUp}
      />
      {allows.choose && <ChoosePin />}
      <PinButton
        isOffered={allows.renew}
        label={words.renew(pin)}
        hint={words.renewHint}
        told={words.renewed}
        ask={portal.renew}
      />
    </Panel>
  )
}
