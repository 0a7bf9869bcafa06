/** The same for step types of an operator's own: what the types of Rufpass cannot do wrong, these can. */
import type { Call, Claim } from '../../src/call/call.ts'
import type { Moment, Move } from '../../src/flow/step.ts'
import { enqueue } from '../../src/flow/steps/enqueue.ts'
import { identify } from '../../src/flow/steps/identify.ts'
import { verify } from '../../src/flow/steps/verify.ts'
import type { Broken } from './broken-flows.ts'
import {
  checksNoted,
  forgetsEntries,
  forgetsTries,
  keepsLevel,
  like,
  next,
  other,
  passing,
  waitFor,
  withTypes,
} from './foreign.ts'
import { insert, number, secondNumber, spoiled } from './proving.ts'

const toFree = insert.beforeFree('{ type: mine, next: free }')
const toPin = insert.beforePin('{ type: mine, next: pin }')
const eitherWay = insert.beforePin('{ type: mine, next: pin, other: general }')
const pinOfMine = spoiled({ 'type: verify': 'type: mine' })
const moreNumbers = (...names: string[]): string =>
  spoiled({
    'identified: pin': `identified: ${names[0]}`,
    '  free:': `${names.map((name, index) => number(name, 'mine', names[index + 1] ?? 'pin')).join('')}  free:`,
  })
const notesFirst = spoiled({
  'identified: pin': 'identified: mine',
  'type: verify': 'type: checking',
  '  free:': `  mine: { type: mine, next: another }\n${number('another', 'identify', 'pin')}  free:`,
})

const claimOf = ({ call }: Moment<unknown>): Claim => {
  if (!call.claim) throw new Error('nobody has keyed a number')
  return call.claim
}
const decide = (isOther: (call: Call) => boolean) => passing(({ call }) => (isOther(call) ? other : next))
const setting = (set: (moment: Moment<unknown>) => NonNullable<Extract<Move, { kind: 'go' }>['set']>) =>
  passing((moment) => ({ kind: 'go', exit: 'next', set: set(moment) }))
const saying = (what: (moment: Moment<unknown>) => string | number) =>
  passing((moment) => ({ kind: 'go', exit: 'next', say: [{ key: 'said', vars: { what: what(moment) } }] }), {
    prompts: () => [{ key: 'said', vars: { what: 'x' } }],
  })
const texts = { said: '{what}' }
const harmless = { mine: passing(() => next) }

/** Waits for keys, and does with them what it likes. */
const withKeys = (then: (keys: string) => Move, most = 4) =>
  passing(() => waitFor(most), {
    prompts: () => [{ key: 'said', vars: { what: 'x' } }],
    digits: (_moment, digits) => then(digits.reveal()),
    noInput: () => next,
  })
const saves = (text: string): Move => ({ kind: 'go', exit: 'next', set: { fields: { note: text } } })
/** Answers to an entry of its own by another exit. */
const toEntry = (entry: string, more: Parameters<typeof passing>[1] = {}) =>
  passing(() => waitFor(null), {
    digits: (_moment, digits) => (digits.is(entry) ? other : next),
    noInput: () => next,
    ...more,
  })
const circle =
  '  first: { type: say, prompt: going, next: second }\n  second: { type: say, prompt: going, next: first }\n'
const toCircle = insert.beforeFree('{ type: mine, next: free, other: first }').replace('  free:', `${circle}  free:`)
const toVerified = insert.beforeFree('{ type: mine, next: free, other: verified }')
const twoWays = insert.beforeFree('{ type: mine, next: free, other: general }')
let turns = 0

const types: readonly Broken[] = [
  {
    what: 'a second number keeps what was proved for the first',
    code: 'level',
    small: { flow: secondNumber('known'), types: withTypes({ mine: keepsLevel }) },
    at: 'mine:\n    ^type: mine',
    message: /says level 2 after a keyed number alone.*; raise it only after a right secret, and drop it/,
    sound: { flow: secondNumber('known'), types: withTypes({ mine: like(identify, {}) }) },
  },
  {
    what: 'the secret of the number that was keyed first opens the second',
    code: 'level',
    small: {
      flow: notesFirst,
      types: withTypes({
        checking: checksNoted,
        mine: setting((moment) => ({ fields: { first: claimOf(moment).subject } })),
      }),
    },
    at: 'pin:\n    ^type: checking',
    message: /checked for another account than the one named last; ask with the claim of the call/,
    sound: { flow: notesFirst, types: withTypes({ checking: like(verify, {}, 'checking'), ...harmless }) },
  },
  {
    what: 'a step raises the level by itself',
    code: 'level',
    small: {
      flow: toPin,
      types: withTypes({ mine: setting(({ at }) => ({ assurance: { level: 2, method: 'pin', at } })) }),
    },
    at: 'mine: ^{ type: mine',
    message: /says level 2 after a keyed number alone.*; raise it only/,
    sound: { flow: toPin, types: withTypes(harmless) },
  },
  {
    what: 'a step puts another account in the place of the one that was named',
    code: 'level',
    small: {
      flow: toPin,
      types: withTypes({ mine: setting((moment) => ({ claim: { ...claimOf(moment), subject: 'somebody-else' } })) }),
    },
    at: 'mine: ^{ type: mine',
    message: /holds another account than the one named last; leave the claim to identify steps/,
    sound: { flow: toPin, types: withTypes(harmless) },
  },
  {
    what: 'a step decides by the digits of what may be a PIN',
    code: 'secret',
    small: { flow: twoWays, types: withTypes({ mine: withKeys((keys) => (Number(keys) % 8 < 4 ? next : other)) }) },
    at: 'mine: ^{ type: mine',
    message: /'mine' tells two secrets of 4 digits apart; only the verifier may/,
    sound: { flow: twoWays, types: withTypes({ mine: withKeys((keys) => (keys.length < 4 ? next : other)) }) },
  },
  {
    what: 'a step saves what may be a PIN, backwards',
    code: 'secret',
    small: { flow: toFree, types: withTypes({ mine: withKeys((keys) => saves([...keys].reverse().join(''))) }), texts },
    at: 'mine: ^{ type: mine',
    message: /'mine' tells two secrets of 4 digits apart; only the verifier may/,
    sound: { flow: toFree, types: withTypes({ mine: withKeys((keys) => saves(`${keys.length} keys`)) }), texts },
  },
  {
    what: 'a step saves what may be the beginning of a PIN',
    code: 'secret',
    small: { flow: toFree, types: withTypes({ mine: withKeys(saves, 3) }), texts },
    at: 'mine: ^{ type: mine',
    message: /'mine' tells two secrets apart by their first 3 digits; only the verifier may/,
    sound: { flow: toFree, types: withTypes({ mine: withKeys(() => next, 3) }), texts },
  },
  {
    what: 'a step reads back what may be a PIN',
    code: 'secret',
    small: {
      flow: toFree,
      types: withTypes({ mine: withKeys((keys) => ({ ...next, say: [{ key: 'said', vars: { what: keys } }] })) }),
      texts,
    },
    at: 'mine: ^{ type: mine',
    message: /'mine' keeps an entry of 4 digits/,
    sound: { flow: toFree, types: withTypes({ mine: withKeys(() => next) }), texts },
  },
  {
    what: 'a step speaks of the account before the proof',
    code: 'account',
    small: { flow: toPin, types: withTypes({ mine: saying((moment) => claimOf(moment).ref ?? 'none') }), texts },
    at: 'pin:\n    ^type: verify',
    message: /'pin' speaks of an account before it is proved; say such things after a verify step only/,
    sound: {
      flow: insert.afterPin('{ type: mine, next: verified }'),
      types: withTypes({ mine: saying((moment) => claimOf(moment).ref ?? 'none') }),
      texts,
    },
  },
  {
    what: 'a step tells the caller how often somebody failed',
    code: 'alike',
    small: { flow: toPin, types: withTypes({ mine: saying((moment) => claimOf(moment).failuresBefore) }), texts },
    at: 'number:\n    ^type: identify',
    message: /another way for a number that nobody has: .*says said .*; decide by nothing of the claim/,
    sound: { flow: toPin, types: withTypes({ mine: saying(({ call }) => call.entries) }), texts },
  },
  {
    what: 'a step goes another way for numbers that nobody has',
    code: 'alike',
    small: { flow: eitherWay, types: withTypes({ mine: decide(({ claim }) => claim?.ref === null) }) },
    at: 'number:\n    ^type: identify',
    message: /mine\.next for somebody, .*mine\.other for nobody; decide by nothing of the claim/,
    sound: { flow: eitherWay, types: withTypes({ mine: decide(({ claim }) => claim === null) }) },
  },
  {
    what: 'a step goes another way by the level that only found numbers have',
    code: 'alike',
    small: { flow: eitherWay, types: withTypes({ mine: decide(({ assurance }) => assurance.level === 0) }) },
    at: 'number:\n    ^type: identify',
    message: /mine\.next for somebody, .*mine\.other for nobody/,
    sound: { flow: eitherWay, types: withTypes({ mine: decide(({ assurance }) => assurance.level === 2) }) },
  },
  ...(['digits', 'noInput'] as const).map(
    (lacking): Broken => ({
      what: `a step waits and has no ${lacking}()`,
      code: 'input',
      small: {
        flow: toFree,
        types: withTypes({
          mine: passing(() => waitFor(1), lacking === 'digits' ? { noInput: () => next } : { digits: () => next }),
        }),
      },
      at: 'mine: ^{ type: mine',
      message: new RegExp(`'mine' waits for the caller, but its type 'mine' .*; write ${lacking}\\(\\)`),
      sound: {
        flow: toFree,
        types: withTypes({ mine: passing(() => waitFor(1), { digits: () => next, noInput: () => next }) }),
      },
    }),
  ),
  {
    what: 'a step asks and takes no answer',
    code: 'input',
    small: {
      flow: toFree,
      types: withTypes({
        mine: passing(() => ({ kind: 'ask', question: { kind: 'identify', by: { kind: 'own_line' } } })),
      }),
    },
    at: 'mine: ^{ type: mine',
    message: /step 'mine' takes no answers; write answer\(\)/,
    sound: {
      flow: toFree,
      types: withTypes({
        mine: passing(() => ({ kind: 'ask', question: { kind: 'identify', by: { kind: 'own_line' } } }), {
          answer: () => next,
        }),
      }),
    },
  },
  {
    what: 'a step counts its tries by itself',
    code: 'tries',
    small: { flow: pinOfMine, types: withTypes({ mine: forgetsTries }) },
    at: 'pin:\n    ^type: mine',
    message: /goes on trying after the try that was said to be its last; count the tries of the call as used up/,
    sound: { flow: pinOfMine, types: withTypes({ mine: like(verify, {}) }) },
  },
  {
    what: 'steps ask for one number after the other',
    code: 'tries',
    small: { flow: moreNumbers('two', 'three', 'four'), types: withTypes({ mine: forgetsEntries }) },
    at: 'four:\n    ^type: mine',
    message: /can have 4 number entries; the policy allows 3: count every question/,
    sound: { flow: moreNumbers('two', 'three'), types: withTypes({ mine: forgetsEntries }) },
  },
  {
    what: 'a step remembers by itself how often it was asked',
    code: 'break',
    small: { flow: toPin, types: withTypes({ mine: saying(() => turns++) }), texts },
    at: 'number:\n    ^type: identify',
    message: /the same call went another way when it was tried again.*; decide by the call and/,
    sound: { flow: toPin, types: withTypes({ mine: saying(() => 'again') }), texts },
  },
  {
    what: 'an entry that its type does not name leads to a queue for those with a PIN',
    code: 'untried',
    small: { flow: toVerified, types: withTypes({ mine: toEntry('424242') }) },
    at: 'mine: { type: mine, next: free, other: ^verified',
    message: /no call that is tried leaves 'mine' by 'other'.*; name .* in samples\(\) of type 'mine', or remove/,
    sound: { flow: twoWays, types: withTypes({ mine: toEntry('424242', { samples: () => ['424242'] }) }) },
    call: false,
  },
  {
    what: 'steps that go round for ever can be reached by such an entry alone',
    code: 'untried',
    small: { flow: toCircle, types: withTypes({ mine: toEntry('424242') }) },
    at: '  ^second:',
    message: /no call that is tried comes to 'second', but 'other' of 'mine' leads there; .* samples\(\)/,
    call: false,
  },
  {
    what: 'a step is left by an exit that it does not have',
    code: 'break',
    small: { flow: toFree, types: withTypes({ mine: passing(() => other) }) },
    at: 'mine: ^{ type: mine',
    message: /step 'mine' has no exit 'other', but a call can leave it so; add this exit/,
    sound: { flow: toFree, types: withTypes(harmless) },
  },
  {
    what: 'a step speaks a prompt that it does not name',
    code: 'prompt',
    small: {
      flow: toFree,
      types: withTypes({ mine: passing(() => ({ ...next, say: [{ key: 'said' }] })) }),
      texts: { said: 'Surprise.' },
    },
    at: 'mine: ^{ type: mine',
    message: /prompt 'said' is spoken, but no step names it; name it in prompts\(\)/,
    sound: {
      flow: toFree,
      types: withTypes({ mine: passing(() => ({ ...next, say: [{ key: 'said' }] }), { prompts: () => ['said'] }) }),
    },
  },
  {
    what: 'a step hands off to a queue that the brand does not have',
    code: 'break',
    small: {
      flow: spoiled({ 'free: { type: enqueue': 'free: { type: mine' }),
      types: withTypes({
        mine: like(enqueue, {
          enter: ({ at }) => ({
            kind: 'end',
            say: [],
            handOff: { to: { kind: 'queue', queue: 'small.nowhere' }, level: 0, at },
          }),
        }),
      }),
    },
    at: 'needs_0: ^free',
    message:
      /hands off to 'small.nowhere', which brand 'small' does not have.*; add it to the brand, or lead elsewhere/,
    sound: {
      flow: spoiled({ 'free: { type: enqueue': 'free: { type: mine' }),
      types: withTypes({ mine: like(enqueue, {}) }),
    },
  },
]

/** One language and no line to call from: every key is tried of types that nothing is known of, which takes its time. */
const brand = { languages: '[{ code: de, voice: V, locale: de-DE }]', words: '{ de: { pin: PIN } }', own_line: 'false' }

export const brokenTypes: readonly Broken[] = types.map(({ small, sound, ...broken }) => ({
  ...broken,
  small: { ...small, brand },
  ...(sound ? { sound: { ...sound, brand } } : {}),
}))
