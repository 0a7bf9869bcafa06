/** A random PIN: asked for on purpose, for it ends the one before, and shown this once. */
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../../page/dialog.tsx'
import { useLanguage } from '../../page/language.ts'
import { useAccount } from './account-context.ts'
import { type Shown, useShownOnce } from './shown-once.ts'
import { Outcome, useAct, useDialog } from './told.tsx'

/** Long enough to write it down, and no longer. */
const SHOWN_MINUTES = 2

export function shownFromNow(secret: string): Shown {
  return { secret, until: Date.now() + SHOWN_MINUTES * 60_000 }
}

export function NewPin() {
  const { pin } = useAccount()
  const words = useLanguage().myData
  const { button, isOpen, open, close } = useDialog()
  return (
    <div class="part">
      <button type="button" ref={button} onClick={open}>
        {words.renew(pin)}
      </button>
      {isOpen && <NewPinDialog close={close} />}
    </div>
  )
}

function NewPinDialog({ close }: { close(): void }) {
  const { portal, pin } = useAccount()
  const words = useLanguage().myData
  const act = useAct()
  const [shown, show] = useShownOnce()
  const [wasShown, setWasShown] = useState(false)
  const renew = async (): Promise<void> => {
    const made = await act.run(portal.renew, null)
    if (made === null) return
    show(shownFromNow(made.pin))
    setWasShown(true)
  }
  // Its time is over, or the page was left.
  useEffect(() => {
    if (wasShown && shown === null) close()
  }, [wasShown, shown])
  return (
    <Dialog title={words.renew(pin)} close={close}>
      {shown === null ? (
        <>
          <p>{words.renewHint}</p>
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
        <ShownPin shown={shown} close={close} />
      )}
    </Dialog>
  )
}

/** In a dialog. */
export function ShownPin({ shown, close }: { shown: Shown; close(): void }) {
  const words = useLanguage().myData
  return (
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
  )
}
