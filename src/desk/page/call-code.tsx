/**
 * The call code that a caller tells: typed here, and told to be right or not, and no more of one that is not. What was typed is in this field
 * alone, and gone with the answer.
 */
import { useRef, useState } from 'preact/hooks'
import { Dialog } from '../../page/dialog.tsx'
import { Icon } from '../../page/icon.tsx'
import { Key } from '../../page/key.tsx'
import { useLanguage } from '../../page/language.ts'

/** Sixteen digits, with room for those who part them. */
const LONGEST = 40

export interface CallCodeParts {
  pending: boolean
  /** Whether another may be typed in this call. */
  may: boolean
  /** Why the last one was not looked at; null: it was. */
  refusal: string | null
  /** Null: it was not looked at. */
  tell(code: string): Promise<{ right: boolean } | null>
  close(): void
}

export function CallCode({ pending, may, refusal, tell, close }: CallCodeParts) {
  const words = useLanguage().desk
  const field = useRef<HTMLInputElement>(null)
  const [isRefused, setRefused] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const typed = field.current?.value.trim() ?? ''
    if (pending || !may || typed === '') return
    setRefused(false)
    const answer = await tell(typed)
    // One that has a slip in it is still there to be mended.
    if (answer !== null && field.current) field.current.value = ''
    if (answer?.right) return close()
    setRefused(answer !== null)
    field.current?.focus()
  }
  const problem = isRefused ? words.callCode.no : refusal
  return (
    <Dialog title={words.callCode.title} close={close}>
      <form class="call-code" onSubmit={submit} noValidate>
        <p class="muted" id="call-code-about">
          {words.callCode.about}
        </p>
        <div role="alert">
          {problem && (
            <p class={`notice ${isRefused ? 'tone-bad' : 'tone-fair'}`} id="call-code-problem">
              <Icon name="warning" />
              <span>
                {problem} {isRefused && (may ? words.callCode.again : words.callCode.last)}
              </span>
            </p>
          )}
        </div>
        <div class="field">
          <label for="call-code">{words.callCode.label}</label>
          <input
            id="call-code"
            ref={field}
            inputMode="numeric"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={LONGEST}
            autofocus
            disabled={!may}
            aria-describedby={problem ? 'call-code-problem call-code-about' : 'call-code-about'}
          />
        </div>
        <div class="dialog-acts">
          <button type="submit" class="main" disabled={!may} aria-disabled={pending}>
            {words.callCode.check}
          </button>
          <button type="button" onClick={close}>
            {words.close} <Key name="Esc" />
          </button>
        </div>
      </form>
    </Dialog>
  )
}
