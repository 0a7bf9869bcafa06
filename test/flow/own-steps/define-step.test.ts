import { describe, expect, it } from '@jest/globals'
import { jsonSchemas } from '../../../src/flow/files/json-schemas.ts'
import { parseFlow } from '../../../src/flow/files/parse-flow.ts'
import { withOperatorSteps } from '../../../src/flow/own-steps/operator-steps.ts'
import { ownStepTypes } from '../../../src/flow/steps/index.ts'
import { defineStep, StepTypeError, z } from '../../../src/index.ts'
import { next, own, provedWith } from '../../rufpass/own-step.ts'

const sound = {
  schema: z.strictObject({ type: z.literal('mine') }),
  exits: () => ({}),
  prompts: () => [],
  enter: () => next,
}

describe('defineStep', () => {
  it('lets TypeScript refuse what only identify and verify may set, and what the proof does not vary', () => {
    const level = { level: 2, method: 'pin', at: null } as const
    // @ts-expect-error nobody is verified by a step of one's own
    own({ enter: () => ({ kind: 'go', exit: 'next', set: { assurance: level } }) })
    // @ts-expect-error not by way of a variable either
    own({ enter: () => (({ set }) => ({ kind: 'go', exit: 'next', set }))({ set: { assurance: level } }) })
    // @ts-expect-error the claim is what identify found
    own({ enter: () => ({ kind: 'go', exit: 'next', set: { claim: null } }) })
    // @ts-expect-error tries are counted by verify
    own({ enter: () => ({ kind: 'go', exit: 'next', set: { tries: 0 } }) })
    // @ts-expect-error entries are counted by identify
    own({ enter: () => ({ kind: 'go', exit: 'next', set: { entries: 0 } }) })
    // @ts-expect-error who is verified is for verify to say
    own({ enter: () => ({ kind: 'go', exit: 'next', set: { outcome: 'verified' } }) })
    // @ts-expect-error the proof has one clock
    own({ enter: ({ at }) => (at > '2027' ? next : next) })
    // @ts-expect-error and looks at days by the brand's dates alone
    own({ enter: ({ call }) => (call.today > '2027' ? next : next) })
    // @ts-expect-error whether an account was found shows nowhere
    own({ enter: ({ call }) => (call.claim?.ref ? next : next) })
    // @ts-expect-error nor how sure it is that somebody has the number
    own({ enter: ({ call }) => (call.assurance.level > 0 ? next : next) })
    // @ts-expect-error whose phone it is proves nothing
    own({ enter: ({ call }) => (call.callerNumber ? next : next) })
    // @ts-expect-error the world is asked by identify and verify
    own({ enter: () => ({ kind: 'ask', question: { kind: 'identify', by: { kind: 'own_line' } } }) })
    own({
      enter: ({ call }) => ({ kind: 'go', exit: 'next', set: { fields: { ...call.fields, note: 'x' }, topic: null } }),
    })
    expect(own({ enter: () => next }).exits({ type: 'own', next: 'pin' })).toEqual({ next: 'pin', other: undefined })
  })

  const incomplete: [what: string, parts: object, said: RegExp][] = [
    ['no schema', { schema: undefined }, /schema of a step type is an object of zod/],
    ['another schema', { schema: z.string() }, /schema of a step type is an object of zod/],
    [
      'a schema that changes what it reads',
      { schema: sound.schema.transform((fields) => fields) },
      /without a transform/,
    ],
    ['no name', { schema: z.strictObject({ next: z.string() }) }, /says its name in 'type'/],
    ['any name', { schema: z.strictObject({ type: z.string() }) }, /says its name in 'type'/],
    ['two names', { schema: z.strictObject({ type: z.literal(['a', 'b']) }) }, /says its name in 'type'/],
    ['a name of another form', { schema: z.strictObject({ type: z.literal('My step') }) }, /'My step' is no name/],
    ['no exits', { exits: undefined }, /'mine' needs exits\(\) as a function/],
    ['a list of prompts', { prompts: [] }, /'mine' needs prompts\(\) as a function/],
    ['no way in', { enter: undefined }, /'mine' needs enter\(\) as a function/],
    ['silence that is nothing', { noInput: null }, /'mine' needs noInput\(\) as a function/],
    ['a misspelt part', { noinput: () => next }, /'mine' has no 'noinput'; it has: schema, exits/],
    ['a question to the world', { answer: () => next }, /'mine' has no 'answer'/],
  ]
  it.each(incomplete)('refuses %s in a sentence', (_what, parts, said) => {
    const define = () => defineStep({ ...sound, ...parts } as typeof sound)
    expect(define).toThrow(StepTypeError)
    expect(define).toThrow(said)
  })

  it('takes a field that the schema does not know for a mistake, also where zod would drop it', () => {
    const types = withOperatorSteps([defineStep({ ...sound, schema: z.object({ type: z.literal('mine') }) as never })])
    const flow = 'start: mine\nsteps:\n  mine:\n    type: mine\n    extra: 1\n'
    expect(() => parseFlow(flow, 'flow.yaml', 'flow', types)).toThrow("flow.yaml:5:5 [field] there is no field 'extra'")
  })
})

describe('the table of step types', () => {
  const other = defineStep({ ...sound, schema: z.strictObject({ type: z.literal('theirs') }) as never })

  it('is that of Rufpass itself where there are no others: the proof vouches for no other table', () => {
    expect(withOperatorSteps()).toBe(ownStepTypes)
    expect(withOperatorSteps([])).toBe(ownStepTypes)
    expect(withOperatorSteps({})).toBe(ownStepTypes)
  })

  it('takes a list, or a table by name, defined by whichever copy of Rufpass', () => {
    const names = [...Object.keys(ownStepTypes), 'mine', 'theirs']
    expect(Object.keys(withOperatorSteps([sound, other]))).toEqual(names)
    expect(Object.keys(withOperatorSteps({ mine: sound, theirs: other }))).toEqual(names)
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /list of what defineStep gives/],
    ['a function', () => [], /list of what defineStep gives/],
    ['a list of other things', [1], /A step type is an object/],
    ['a single type', other, /A step type is an object|schema of a step type/],
    [
      'a name of Rufpass',
      [{ ...sound, schema: z.strictObject({ type: z.literal('verify') }) }],
      /'verify' is a step type of Rufpass/,
    ],
    ['one name twice', [sound, { ...sound }], /two step types 'mine'/],
    ['a table that names it otherwise', { yours: sound }, /'mine' stands under 'yours'/],
  ])('refuses %s', (_what, given, said) => {
    expect(() => withOperatorSteps(given as never)).toThrow(StepTypeError)
    expect(() => withOperatorSteps(given as never)).toThrow(said)
  })

  it('says which type cannot tell its exits or prompts', () => {
    const fails = () => {
      throw new Error('hush')
    }
    const flow = 'start: mine\nsteps:\n  mine:\n    type: mine\n'
    const parse = () => parseFlow(flow, 'flow.yaml', 'flow', withOperatorSteps([{ ...sound, exits: fails }]))
    expect(parse).toThrow("exits() of step type 'mine' fails: Error: hush")
    expect(() => provedWith(own({ enter: () => next, prompts: () => undefined as never }))).toThrow(
      "prompts() of step type 'own' fails: TypeError: it gives no list",
    )
  })

  it('reaches the editors of flow files', () => {
    const type = { ...sound, schema: z.strictObject({ type: z.literal('mine'), tone: z.string().describe('How.') }) }
    const text = JSON.stringify(jsonSchemas(withOperatorSteps([type]))['flow.schema.json'])
    expect(text).toContain('"const":"mine"')
    expect(text).toContain('"description":"How."')
  })
})
