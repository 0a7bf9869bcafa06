/** A random PIN: asked for on purpose, for it ends the one before, and shown this once. */
import { useEffect, useState } from 'preact/hooks'
import type { ApiAnswer } from '../../page/api.ts'
import { Dialog } from '../../page/dialog.tsx'
import { useLanguage } from '../../page/language.ts'
import type { NewPin } from '../view.ts'
import { useShownOnce } from './shown-once.ts'
import { Outcome, useAct, useDialog } from './told.tsx'

/** Long enough to write it down, and no longer. */
const SHOWN_MINUTES = 2

/** How one is asked for, in words. */
interface Way {
  label: string
  hint: string
  ask(): Promise<ApiAnswer<NewPin>>
}

export function NewPinButton(way: Way) {
  const { button, isOpen, open, close } = useDialog()
  return (
    <div class="part">
      <button type="button" ref={button} onClick={open}>
        {way.label}
      </button>
      {isOpen && <NewPinDialog {...way} close={close} />}
    </div>
  )
}

function NewPinDialog({ label, hint, ask, close }: Way & { close(): void }) {
  const words = useLanguage().myData
  const act = useAct()
  const [shown, show] = useShownOnce()
  const [wasShown, setWasShown] = useState(false)
  const renew = async (): Promise<void> => {
    const made = await act.run(ask, null)
    if (made === null) return
    show({ secret: made.pin, until: Date.now() + SHOWN_MINUTES * 60_000 })
    setWasShown(true)
  }
  // Its time is over, or the page was left.
  useEffect(() => {
    if (wasShown && shown === null) close()
  }, [wasShown, shown])
  return (
    <Dialog title={label} close={close}>
      {shown === null ? (
        <>
          <p>{hint}</p>
          <Outcome acts={[act]} />
          <div class="actions">
            <button type="button" class="main" aria-disabled={act.isBusy} onClick={() => void renew()}>
              {act.isBusy ? words.busy : words.renewNow}
            </button>
            <button type="button" onClick={close}>
              {words.cancel}
            </button>
          </div>
        </>
      ) : (
        <>
          <div role="status">
            <p class="secret figures">{shown.secret}</p>
            <p>{words.renewed}</p>
            <p class="muted">{words.shownFor(SHOWN_MINUTES)}</p>
          </div>
          <div class="actions">
            <button type="button" class="main" onClick={close}>
              {words.close}
            </button>
          </div>
        </>
      )}
    </Dialog>
  )
}
