/** The PIN: since when there is one, how its lock stands, and how to get another. */
import { Dialog } from '../../page/dialog.tsx'
import { useLanguage } from '../../page/language.ts'
import { capital } from '../../page/named.ts'
import { date, when } from '../../page/time.ts'
import { useAccount } from './account-context.ts'
import { ChoosePin } from './choose-pin.tsx'
import { NewPin, ShownPin, shownFromNow } from './new-pin.tsx'
import { useShownOnce } from './shown-once.ts'
import { Outcome, Panel, Refused, useAct } from './told.tsx'

export function PinPanel() {
  const { portal, state, pin } = useAccount()
  const language = useLanguage()
  const words = language.myData
  const [unlocking, undoing] = [useAct(), useAct()]
  const [shown, show] = useShownOnce()
  const { allows, lock } = state
  const undo = async (): Promise<void> => {
    const done = await undoing.run(portal.undo, words.undone)
    if (done?.pin !== undefined) show(shownFromNow(done.pin))
  }
  const current = state.credentials.find(({ kind }) => kind === 'pin')
  return (
    <Panel title={capital(pin)}>
      <p>{current ? words.set(date(current.set, language)) : words.notSet}</p>
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
      {allows.undo && (
        <div class="part">
          <p>{words.undoHint}</p>
          <button type="button" aria-disabled={undoing.isBusy} onClick={() => void undo()}>
            {words.undo}
          </button>
        </div>
      )}
      <Outcome acts={[unlocking, undoing]} />
      {shown && (
        <Dialog title={capital(pin)} close={() => show(null)}>
          <ShownPin shown={shown} close={() => show(null)} />
        </Dialog>
      )}
      {allows.choose && <ChoosePin />}
      {allows.renew && <NewPin />}
    </Panel>
  )
}
