import { describe, expect, it } from '@jest/globals'
import type { Secret } from '../../src/auth/secret.ts'
import type { Call, Claim } from '../../src/call/call.ts'
import { BrokenFlow } from '../../src/flow/broken-flow.ts'
import type { CallView, OperatorMove } from '../../src/flow/own-steps/define-step.ts'
import { withOperatorSteps } from '../../src/flow/own-steps/operator-steps.ts'
import { menuMiss, menuSilence, queueName, waitForKey } from '../../src/index.ts'
import { next, other, own, type Place, plainJavaScript, provedWith, saidOf, wait } from './own-step.ts'

describe("an operator's step with nothing wrong in it", () => {
  it('passes the proof, with a question of its own and an answer that it keeps', () => {
    const question = own({
      exits: ({ next, other }) => ({ yes: next, no: other, no_input: other, no_match: other }),
      placeOfExit: (_config, exit) => [exit === 'yes' ? 'next' : 'other'],
      prompts: () => ['question', 'menu.no_match'],
      enter: ({ call }) => waitForKey(call.visit, [{ key: 'question' }]),
      digits: ({ call }, digits) => {
        if (digits.is('1')) return { kind: 'go', exit: 'yes', set: { fields: { ...call.fields, agreed: 'yes' } } }
        if (digits.is('2')) return { kind: 'go', exit: 'no' }
        return menuMiss(call.visit, digits.hasStar, [{ key: 'question' }])
      },
      noInput: ({ call }) => menuSilence(call.visit, [{ key: 'question' }]),
    })
    expect(saidOf(question, { at: 'free' })).toEqual([])
  })

  it('passes the proof when it keeps an entry of three digits that ended by the hash key', () => {
    const kept = own({
      samples: () => ['123'],
      enter: () => wait(null),
      digits: ({ call }, digits) =>
        digits.isNumeric && digits.length === 3
          ? { kind: 'go', exit: 'next', set: { fields: { ...call.fields, extension: digits.reveal() } } }
          : other,
      noInput: () => other,
    })
    expect(saidOf(kept, { at: 'free' })).toEqual([])
  })

  it('passes the proof when it goes by what queues ask for, which everybody has who keyed a number', () => {
    const byLevel = own({ enter: ({ call }) => (call.level === 1 && call.claim ? next : other) })
    expect(saidOf(byLevel, { otherwise: false })).toEqual([])
  })

  it('passes the proof when it goes by topic and language, speaks words of its own, and hands over', () => {
    const byTopic = own({
      exits: ({ next }) => ({ next }),
      prompts: () => [{ key: 'about', vars: { topic: 'x' } }],
      enter: ({ call, hotline }) => {
        const say = [{ key: 'about', vars: { topic: call.topic ?? '' } }]
        if (call.language === 'de') return { kind: 'go', exit: 'next', say }
        const queue = queueName(hotline.brand.name, call.topic)
        return { kind: 'end', say, handOff: { to: { kind: 'queue', queue }, level: 0 } }
      },
      returned: () => ({ kind: 'end', say: [], handOff: null }),
    })
    expect(saidOf(byTopic, { at: 'free', otherwise: false, wide: true, texts: { about: 'on {topic}' } })).toEqual([])
  })
})

interface Harm {
  what: string
  code: string
  /** A part of the message. */
  says: string
  step: ReturnType<typeof own>
  place?: Place
}

const sets = (set: object) => plainJavaScript(() => ({ ...next, set }))
/** Waits for four keys, and does with them what the test says. */
const keyed = (then: (digits: Secret) => OperatorMove) =>
  own({ enter: () => wait(4), digits: (_moment, digits) => then(digits), noInput: () => other })
/** The claim as TypeScript would not let a step see it. */
const claimOf = ({ claim }: CallView) => claim as Claim | null

const heard: string[] = []

let times = 0

const harms: Harm[] = [
  // Who the caller is
  ...[
    { assurance: { level: 2, method: 'pin', at: null } },
    { claim: null },
    { entries: 0 },
    { tries: 0 },
    { outcome: 'verified' },
    { today: '1999-01-01' },
    { step: 'verified' },
  ].map((set) => {
    const [what = ''] = Object.keys(set)
    return { what: `sets ${what}`, code: 'level', says: "step 'own' sets ", step: own({ enter: sets(set) }) }
  }),
  {
    what: 'writes into the call',
    code: 'break',
    says: "'level'",
    step: own({
      enter: plainJavaScript(({ call }) => {
        Object.assign(call, { level: 2 })
        return next
      }),
    }),
  },
  {
    what: 'writes into the claim',
    code: 'break',
    says: 'ref',
    step: own({
      enter: plainJavaScript(({ call }) => {
        Object.assign(call.claim ?? {}, { ref: 'of-another' })
        return next
      }),
    }),
  },
  {
    what: 'makes the topic need less',
    code: 'break',
    says: "'needs'",
    step: own({
      enter: plainJavaScript(({ hotline }) => {
        for (const topic of hotline.brand.topics) topic.needs = 0
        return next
      }),
    }),
  },
  {
    what: 'hands over callers that it has not proved',
    code: 'level',
    says: "comes to 'small.bill'",
    step: own({ enter: () => ({ kind: 'end', say: [], handOff: toQueue('small.bill', 2) }) }),
  },
  {
    what: 'asks the world',
    code: 'break',
    says: 'gives back what is no move',
    step: own({
      enter: plainJavaScript(() => ({ kind: 'ask', question: { kind: 'identify', by: { kind: 'own_line' } } })),
    }),
  },

  // Secrets
  ...['4', '*'].map((first) => ({
    what: `keeps the PIN, keyed ${first === '*' ? 'after a star' : 'at once'}`,
    code: 'secret',
    says: 'looks at an entry of 4 digits',
    step: own({
      enter: () => wait(first === '*' ? 5 : 4),
      digits: (_moment, digits) =>
        digits.hasStar === (first === '*') ? { ...next, set: { fields: { note: digits.reveal() } } } : other,
      noInput: () => other,
    }),
    place: { at: 'free' as const },
  })),
  {
    what: 'keeps the beginning of a PIN',
    code: 'secret',
    says: 'looks at an entry of 3 digits, the beginning of any secret',
    step: own({
      enter: () => wait(3),
      digits: (_moment, digits) => (Number(digits.reveal()) > 500 ? next : other),
      noInput: () => other,
    }),
    place: { at: 'free' },
  },
  {
    what: 'asks for a PIN digit by digit',
    code: 'secret',
    says: 'looks at an entry of 1 digit, the beginning of any secret',
    step: own({
      enter: () => wait(1),
      digits({ call }, digits) {
        const note = (call.fields.note ?? '') + digits.reveal()
        const set = { fields: { ...call.fields, note } }
        return note.length === 4 ? { ...next, set } : { ...wait(1), set }
      },
      noInput: () => other,
    }),
    place: { at: 'free' },
  },
  {
    what: 'tells PINs apart',
    code: 'secret',
    says: 'looks at an entry of 4 digits',
    step: keyed((digits) => (Number(digits.reveal()) % 2 === 0 ? next : other)),
    place: { at: 'free' },
  },
  {
    what: 'writes the PIN down elsewhere',
    code: 'secret',
    says: 'looks at an entry of 4 digits',
    step: keyed((digits) => {
      heard.push(digits.sinceStar.reveal())
      return next
    }),
    place: { at: 'free' },
  },
  {
    what: 'knows a PIN',
    code: 'secret',
    says: 'looks at an entry of 4 digits',
    step: keyed((digits) => (digits.is('1234') ? next : other)),
    place: { at: 'free' },
  },
  {
    what: 'looks under which name tries are counted',
    code: 'alike',
    says: "looks at 'subject'",
    step: own({ enter: ({ call }) => (claimOf(call)?.subject.startsWith('account:') ? next : other) }),
  },

  // The account
  {
    what: 'speaks of the account',
    code: 'account',
    says: "looks at 'ticket'",
    step: own({
      prompts: () => [{ key: 'about', vars: { ticket: 'x' } }],
      enter: ({ call }) => ({ ...next, say: [{ key: 'about', vars: { ticket: claimOf(call)?.ticket ?? '' } }] }),
    }),
    place: { texts: { about: '{ticket}' } },
  },
  {
    what: 'looks whether the account was found',
    code: 'alike',
    says: "looks at 'ref'",
    step: own({ enter: ({ call }) => (claimOf(call)?.ref === null ? other : next) }),
  },
  {
    what: 'looks whose account it is',
    code: 'alike',
    says: "looks at 'ref'",
    step: own({ enter: ({ call }) => (claimOf(call)?.ref?.startsWith('vip-') ? other : next) }),
  },
  {
    what: 'looks at the true level',
    code: 'alike',
    says: "decide by 'level'",
    step: own({ enter: ({ call }) => ((call as unknown as Call).assurance.level === 0 ? other : next) }),
  },
  {
    what: 'looks at earlier failures',
    code: 'alike',
    says: "looks at 'failuresBefore'",
    step: own({ enter: ({ call }) => ((claimOf(call)?.failuresBefore ?? 0) > 10 ? other : next) }),
  },
  {
    what: 'looks who phones',
    code: 'break',
    says: "'withheld' tells",
    step: own({ enter: ({ call }) => ((call as unknown as Call).callerNumber === '+4930123456' ? other : next) }),
  },
  {
    what: 'looks at the day',
    code: 'break',
    says: 'branch step',
    step: own({ enter: ({ call }) => ((call as unknown as Call).today > '2027-01-01' ? other : next) }),
  },

  // The way on
  {
    what: 'asks again for ever',
    code: 'loop',
    says: 'round for ever',
    step: own({ enter: () => wait(1), digits: () => wait(1), noInput: () => other }),
    place: { at: 'free' },
  },
  {
    what: 'does not say what silence does',
    code: 'input',
    says: 'write noInput()',
    step: own({ enter: () => wait(1), digits: () => next }),
    place: { at: 'free' },
  },
  {
    what: 'does not say what keys do',
    code: 'input',
    says: 'write digits()',
    step: own({ enter: () => wait(1), noInput: () => next }),
    place: { at: 'free' },
  },
  {
    what: 'leaves by an exit that it does not have',
    code: 'break',
    says: "has no exit 'nowhere'",
    step: own({ enter: () => ({ kind: 'go', exit: 'nowhere' }) }),
  },
  {
    what: 'has an exit that it never takes',
    code: 'untried',
    says: "no call that is tried leaves 'own' by 'other'",
    step: own({ enter: () => next }),
  },
  {
    what: 'throws',
    code: 'break',
    says: 'step \'own\' throws "no such thing"',
    step: own({
      enter: () => {
        throw new Error('no such thing')
      },
    }),
  },
  {
    what: 'is impure',
    code: 'break',
    says: 'another way',
    step: own({ enter: () => ({ ...next, set: { fields: { times: String(times++ % 5) } } }) }),
  },
  {
    what: 'is asynchronous',
    code: 'break',
    says: 'asynchronous',
    step: own({ enter: plainJavaScript(() => Promise.resolve(next)) }),
  },
  {
    what: 'gives nothing',
    code: 'break',
    says: 'gives back what is no move',
    step: own({ enter: plainJavaScript(() => undefined) }),
  },
  {
    what: 'counts where nobody looks',
    code: 'break',
    says: 'set.visit.rounds',
    step: own({ enter: plainJavaScript(({ call }) => ({ ...wait(1), set: { visit: { ...call.visit, rounds: 1 } } })) }),
  },
  {
    what: 'waits for an hour',
    code: 'break',
    says: 'gather.timeout',
    step: own({
      enter: () => ({ ...wait(1), gather: { kind: 'gather', numDigits: 1, timeout: 3600 } }) as OperatorMove,
    }),
  },

  // Words
  {
    what: 'speaks what it does not name',
    code: 'break',
    says: "speaks 'nobody.named.it'",
    step: own({ enter: () => ({ ...next, say: [{ key: 'nobody.named.it' }] }) }),
  },
  {
    what: 'forgets a variable',
    code: 'break',
    says: "'about' without its variable 'topic'",
    step: own({
      prompts: () => [{ key: 'about', vars: { topic: 'x' } }],
      enter: () => ({ ...next, say: [{ key: 'about' }] }),
    }),
    place: { texts: { about: 'on {topic}' } },
  },
  {
    what: 'speaks a language that the brand does not have',
    code: 'break',
    says: "speaks 'fr'",
    step: own({ enter: () => ({ ...next, set: { language: 'fr' } }) }),
  },
  {
    what: 'chooses a topic that the brand does not have',
    code: 'break',
    says: "chooses 'weather', which is no topic of 'small'",
    step: own({ enter: () => ({ ...next, set: { topic: 'weather' } }) }),
  },
]

function toQueue(queue: string, level: 0 | 1 | 2) {
  return { to: { kind: 'queue' as const, queue }, level }
}

describe("an operator's step that does harm", () => {
  it.each(harms)('is found: it $what [$code]', ({ code, says, step, place }) => {
    const findings = provedWith(step, place)
    const found = findings.filter((finding) => finding.code === code)
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(says)])
    expect(found[0]?.call === null).toBe(code === 'untried')
    expect(heard.filter((entry) => entry.length === 4)).toEqual([])
  })

  it('is found at its place in the flow', () => {
    const [finding] = provedWith(own({ enter: sets({ tries: 0 }) }))
    expect(finding).toMatchObject({ code: 'level', line: 9, column: 8 })
  })

  it('is stopped in a call, too, for what cannot be proved may still happen', () => {
    const types = withOperatorSteps([own({ enter: sets({ tries: 0 }) })])
    const config = { type: 'own', next: 'pin' } as never
    const call = { step: 'own', visit: {}, fields: {}, claim: null, assurance: { level: 0 } } as never
    const hotline = { brand: { languages: [], topics: [], credentials: ['pin'] } } as never
    expect(() => types.own?.enter({ config, call, hotline, at: '' })).toThrow(BrokenFlow)
  })
})
