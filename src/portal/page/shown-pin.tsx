/** A PIN that the server answers, random or looked up: asked for on purpose, for that changes or tells something, and shown this once. */
import { useEffect, useState } from 'preact/hooks'
import type { ApiAnswer } from '../../page/api.ts'
import { Dialog } from '../../page/dialog.tsx'
import { useLanguage } from '../../page/language.ts'
import type { ShownPin } from '../view.ts'
import { type Shown, useShownOnce } from './shown-once.ts'
import { Outcome, useAct, useDialog } from './told.tsx'

/** Long enough to write it down, and no longer. */
const SHOWN_MINUTES = 2

/** How it is asked for, in words. */
interface Way {
  label: string
  hint: string
  /** Beside the PIN. */
  told: string
  ask(): Promise<ApiAnswer<ShownPin>>
}

/** What it gave is shown until it is closed, also where it is offered no more because of that. */
export function PinButton({ isOffered, ...way }: Way & { isOffered: boolean }) {
  const { button, isOpen, open, close } = useDialog()
  if (!isOffered && !isOpen) return null
  return (
    <div class="part">
      <button type="button" ref={button} onClick={open}>
        {way.label}
      </button>
      {isOpen && <PinDialog {...way} close={close} />}
    </div>
  )
}

function PinDialog({ label, hint, told, ask, close }: Way & { close(): void }) {
  const words = useLanguage().myData
  const act = useAct()
  const [shown, show] = useShownOnce()
  const [wasShown, setWasShown] = useState(false)
  const fetchIt = async (): Promise<void> => {
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
            <button type="button" class="main" aria-disabled={act.isBusy} onClick={() => void fetchIt()}>
              {act.isBusy ? words.busy : words.renewNow}
            </button>
            <button type="button" onClick={close}>
              {words.cancel}
            </button>
          </div>
        </>
      ) : (
        <TheSecret shown={shown} told={told} close={close} />
      )}
    </Dialog>
  )
}

function TheSecret({ shown, told, close }: { shown: Shown; told: string; close(): void }) {
  const words = useLanguage().myData
  return (
    <>
      <div role="status">
        <p class="secret figures">{shown.secret}</p>
        <p>{told}</p>
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
