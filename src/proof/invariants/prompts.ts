import { SAMPLE_NOTICE } from '../../call/samples.ts'
import { promptsUsed } from '../../flow/files/assemble.ts'
import type { Hotline } from '../../flow/hotline.ts'
import { type Invariant, lastStep } from './invariant.ts'

const declared = new WeakMap<Hotline, ReadonlySet<string>>()

/** What is spoken is among the prompts that the steps name: those are known to be there in every language. */
export const prompts: Invariant = (taken, { hotline }) => {
  let named = declared.get(hotline)
  if (!named) {
    named = new Set(promptsUsed(hotline).keys())
    declared.set(hotline, named)
  }
  const known = named
  // The words of a notice are no prompt.
  const said = taken.result?.reply.say.filter(({ text }) => text !== SAMPLE_NOTICE) ?? []
  const keys = said.map(({ text }) => text.split(' ', 1)[0] ?? '')
  return keys
    .filter((key) => !known.has(key))
    .map((key) => {
      const message = `prompt '${key}' is spoken, but no step names it; name it in prompts()`
      return { code: 'prompt', path: ['steps', lastStep(taken)], message }
    })
}
