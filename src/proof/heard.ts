/** All that a hotline can say: what callers hear in every call that the exploration found. */
import type { Spoken } from '../call/reply.ts'
import { SAMPLE_NOTICE } from '../call/samples.ts'
import { typeOf } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import { kindOf } from './days.ts'
import { type Exploration, transitionsOf } from './exploration.ts'
import { explore } from './explore.ts'

/** What one step says in one go. `language` is the call's; a menu may offer the other one in that one's words. */
export interface Heard {
  step: string
  language: string
  text: string
  /** Whether the caller may have proved who they are before they hear it. */
  verified: boolean
  /** Whether callers may key into it: the step waits for keys, so that each word is an offer they can take. */
  takesKeys: boolean
  spoken: Spoken[]
}

/** Everything that calls of this hotline may hear on a calendar day (YYYY-MM-DD), as `heardIn`. */
export function everythingHeard(hotline: Hotline, today: string): Heard[] {
  return heardIn(explore(hotline, [kindOf(hotline.brand, today)]))
}

/** Everything that is heard in the calls of an exploration, each text once per step, language and state of proof. */
export function heardIn(exploration: Exploration): Heard[] {
  const { hotline, mute } = exploration
  const heard = new Map<string, Heard>()
  const tellerOf = tellers(hotline)
  const seen = new Set<string>()

  function note(part: Pick<Heard, 'step' | 'language' | 'verified' | 'takesKeys'>, said: readonly Spoken[]): void {
    const spoken = said.map(mute.aloud)
    const text = spoken.map((line) => line.text).join(' ')
    heard.set([part.step, part.language, part.verified, part.takesKeys, text].join('\n'), { ...part, text, spoken })
  }

  for (const { act, way, reply, step, language, level } of transitionsOf(exploration)) {
    if (!reply) continue
    // The apology is not the step's where the call stands, and neither is what is said when it comes back from there.
    const at =
      act.kind === 'fallback' || ((act.kind === 'returned' || act.kind === 'unserved') && way.length === 0)
        ? 'apology'
        : step
    const verified = level === 2
    const key = [
      at,
      language,
      verified,
      reply.next.kind,
      ...reply.say.map(({ language, text }) => language + text),
    ].join()
    if (seen.has(key)) continue
    seen.add(key)
    // What a step tells is a prompt of its own; all else in a reply is what the step that waits or ends says in one go.
    const rest: Spoken[] = []
    for (const line of reply.say) {
      // How long a notice may be is for those who write it to keep (`flow/notice.ts`).
      if (line.text === SAMPLE_NOTICE) continue
      const own = tellerOf.get(mute.keyOf(line))
      if (own === undefined) rest.push(line)
      else note({ step: own, language, verified, takesKeys: false }, [line])
    }
    const takesKeys = reply.next.kind === 'gather'
    if (rest.length > 0) note({ step: at, language, verified, takesKeys }, rest)
  }
  return [...heard.values()]
}

/** The steps by the keys of the prompts that they tell. */
function tellers({ flow, brand }: Hotline): Map<string, string> {
  return new Map(
    [...flow.steps].flatMap(([name, step]) =>
      (typeOf(flow, step).tells?.(step, { brand }) ?? []).map((key) => [key, name]),
    ),
  )
}
