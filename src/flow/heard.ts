/** All that a hotline can say: every call that the core allows, whatever callers key and the world answers. */
import { Secret } from '../auth/secret.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Answer, Question } from '../call/question.ts'
import type { Reply, Spoken } from '../call/reply.ts'
import type { Input } from '../call/turn.ts'
import { advance, apologise, newCall } from './advance.ts'
import { type Hotline, speak } from './hotline.ts'
import { entryWithBrokenCheckDigit, sampleEntry, sampleSecret } from './sample-keys.ts'
import type { Step } from './steps/index.ts'

const AT = '2026-01-01T12:00:00.000Z'
const CALLER = '+491713920042'
const CLAIM: Claim = { subject: 'heard', ref: 'heard', sim: null, by: 'entry', ticket: null, failuresBefore: 0 }

/** No flow that people can follow gets near this; beyond it the search would take minutes. */
const MOST_CALLS = 100_000

/** What one step says in one go. `language` is the call's; a menu may offer the other one in that one's words. */
export interface Heard {
  step: string
  language: string
  text: string
  /** Whether the caller may have proved who he is before he hears it. */
  verified: boolean
  spoken: Spoken[]
}

/**
 * Everything that calls of this hotline may hear on a calendar day (YYYY-MM-DD), each text once per step, language and
 * state of proof. It tries every kind of entry and every answer in every state that the core tells apart.
 */
export function everythingHeard(hotline: Hotline, today: string): Heard[] {
  const heard = new Map<string, Heard>()
  const seen = new Set<string>()
  const waiting: Call[] = []
  const note = (call: Call, reply: Reply): void => {
    for (const part of partsOf(hotline, call, reply)) {
      heard.set([part.step, part.language, part.verified, part.text].join('\n'), part)
    }
  }
  const meet = (before: Call, input: Input): void => {
    for (const { call, reply } of turnsOf(hotline, before, input)) {
      note(call, reply)
      const state = stateOf(call)
      if (seen.has(state)) continue
      if (seen.size >= MOST_CALLS) throw new Error(`flow '${hotline.flow.name}' has too many different calls to try`)
      seen.add(state)
      waiting.push(call)
    }
  }
  for (const callerNumber of [null, CALLER]) {
    meet(newCall(hotline, { id: 'heard', callerNumber, today, at: AT }), { kind: 'ring', at: AT })
  }
  for (let call = waiting.pop(); call !== undefined; call = waiting.pop()) {
    for (const input of inputsAt(hotline, call)) meet(call, input)
  }
  for (const { code } of hotline.brand.languages) {
    const fresh = newCall(hotline, { id: 'heard', callerNumber: null, today, at: AT })
    const { reply } = apologise(hotline, { ...fresh, language: code }, AT)
    note({ ...fresh, step: 'apology', language: code }, reply)
  }
  return [...heard.values()]
}

/** A `say` step is a prompt of its own; all else in a reply is what the step that waits or ends says in one go. */
function partsOf(hotline: Hotline, call: Call, { say }: Reply): Heard[] {
  const names = new Map<string, string>()
  for (const [name, step] of hotline.flow.steps) {
    if (step.type === 'say') names.set(speak(hotline, call.language, { key: step.prompt }).text, name)
  }
  const { language } = call
  const verified = call.assurance.level === 2
  const part = (step: string, spoken: Spoken[]): Heard => {
    return { step, language, verified, text: spoken.map(({ text }) => text).join(' '), spoken }
  }
  const rest = say.filter(({ text }) => !names.has(text))
  const alone = say.flatMap((spoken) => {
    const name = names.get(spoken.text)
    return name === undefined ? [] : [part(name, [spoken])]
  })
  return rest.length > 0 ? [...alone, part(call.step, rest)] : alone
}

/** What the core decides by; the rest of a call tells nothing about what is said next. */
function stateOf(call: Call): string {
  const { step, visit, topic, language, entries, tries, outcome, callerNumber, claim, assurance, handOff } = call
  return JSON.stringify([
    step,
    visit,
    topic,
    language,
    entries,
    tries,
    outcome,
    callerNumber,
    claim !== null,
    assurance.level,
    handOff !== null,
  ])
}

function inputsAt(hotline: Hotline, call: Call): Input[] {
  if (call.reply?.next.kind !== 'gather') {
    if (call.handOff === null) return []
    return (['done', 'failed', 'gone'] as const).map((reason) => ({ kind: 'returned', reason, at: AT }))
  }
  const step = hotline.flow.steps.get(call.step)
  const entries = step ? keysFor(hotline, step, call) : []
  return [
    { kind: 'no_input', at: AT },
    ...[...entries, '*'].map((keys): Input => ({ kind: 'digits', digits: new Secret(keys), at: AT })),
  ]
}

function keysFor({ brand }: Hotline, step: Step, call: Call): string[] {
  const tooShort = '77'
  switch (step.type) {
    case 'identify':
    case 'verify': {
      if (call.visit.help) return ['1', '2', '3', '8']
      if (step.type === 'verify') return [sampleSecret(brand), tooShort]
      const broken = entryWithBrokenCheckDigit(brand)
      return [sampleEntry(brand), '1', tooShort, ...(broken === null ? [] : [broken])]
    }
    case 'collect':
      return ['4'.repeat(step.digits.max), '4'.repeat(step.digits.max + 1)]
    default:
      return [...'0123456789']
  }
}

/** A turn's possible ends, one for each way in which the world can answer. */
function turnsOf(hotline: Hotline, before: Call, input: Input): { call: Call; reply: Reply }[] {
  const turn = advance(hotline, before, input)
  if ('reply' in turn) return [{ call: turn.call, reply: turn.reply }]
  return answersTo(turn.ask).flatMap((answer) => turnsOf(hotline, turn.call, { kind: 'answer', answer, at: AT }))
}

function answersTo(question: Question): Answer[] {
  if (question.kind === 'identify') return [{ kind: 'identified', claim: CLAIM }, { kind: 'unavailable' }]
  return [
    { kind: 'verified', credential: question.credential },
    { kind: 'failed' },
    { kind: 'unchecked' },
    { kind: 'unavailable' },
  ]
}
