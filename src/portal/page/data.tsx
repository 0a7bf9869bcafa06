/** All that is kept: to take with, and to have erased. */
import { useState } from 'preact/hooks'
import { Dialog } from '../../page/dialog.tsx'
import { useLanguage } from '../../page/language.ts'
import { date } from '../../page/time.ts'
import { useAccount } from './account-context.ts'
import { Done, Outcome, Panel, useAct, useDialog } from './told.tsx'

export function DataPanel() {
  const { portal } = useAccount()
  const words = useLanguage().myData
  const act = useAct()
  const { button, isOpen, open, close } = useDialog()
  const [erased, tell] = useState<{ due: string; changed: boolean } | null>(null)
  const download = async (): Promise<void> => {
    const data = await act.run(portal.data, words.downloaded)
    if (data) saveAs('my-data.json', JSON.stringify(data, null, 2))
  }
  return (
    <Panel title={words.data}>
      <p>{words.dataHint}</p>
      <button type="button" aria-disabled={act.isBusy} onClick={() => void download()}>
        {words.download}
      </button>
      <Outcome acts={[act]} />
      <div class="part">
        <h3>{words.erasure}</h3>
        <p>{words.erasureHint}</p>
        <button type="button" class="danger" ref={button} onClick={open}>
          {words.erasureNow}
        </button>
        <div class="outcome" role="status">
          {erased && <Erased {...erased} />}
        </div>
      </div>
      {isOpen && <ErasureDialog close={close} tell={tell} />}
    </Panel>
  )
}

function Erased({ due, changed }: { due: string; changed: boolean }) {
  const language = useLanguage()
  const words = language.myData
  const day = date(due, language)
  return <Done>{changed ? words.erasureDue(day) : words.erasureAsked(day)}</Done>
}

function ErasureDialog({ close, tell }: { close(): void; tell(erased: { due: string; changed: boolean }): void }) {
  const { portal } = useAccount()
  const words = useLanguage().myData
  const act = useAct()
  const erase = async (): Promise<void> => {
    const erased = await act.run(portal.erase, null)
    if (erased === null) return
    tell(erased)
    close()
  }
  return (
    <Dialog title={words.erasure} close={close}>
      <p>{words.erasureHint}</p>
      <Outcome acts={[act]} />
      <div class="actions">
        <button type="button" class="danger" aria-disabled={act.isBusy} onClick={() => void erase()}>
          {act.isBusy ? words.busy : words.erasureNow}
        </button>
        <button type="button" onClick={close}>
          {words.cancel}
        </button>
      </div>
    </Dialog>
  )
}

/** The browser keeps it as a file; the page keeps nothing. */
function saveAs(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // After the click has been carried out.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
