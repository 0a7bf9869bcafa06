/** What the portal API answers, as schemas that also check it on its way out. */
import { z } from 'zod'
import { credentialKinds } from '../auth/credentials.ts'
import { identifierKinds } from '../auth/identifiers.ts'
import { pinRules } from '../auth/pin-policy.ts'
import { told } from '../context/account-acts.ts'
import { writtenSecret } from '../flow/written-secret.ts'
import { channels } from '../seams/outbox.ts'
import type { LogIn, OwnData } from '../seams/portal.ts'

const span = { from: told.nullable(), to: told.nullable() }

export const portalState = z
  .strictObject({
    brand: z.string(),
    customer_number: z.string(),
    language: z.string(),
    credentials: z
      .array(
        z.strictObject({
          kind: z.enum(credentialKinds),
          name: z.string().meta({ description: 'What the brand calls it, in the language of the customer.' }),
          set: told,
          to_be_changed: z.boolean().meta({ description: 'The brand asks for another one.' }),
        }),
      )
      .meta({ description: 'What there is of the account that proves something.' }),
    lock: z.strictObject({
      kind: z.enum(['none', 'soft', 'hard', 'operator']).meta({
        description:
          'soft: wrong tries, until then. hard: wrong tries, until there is a new one. operator: until your service lifts it.',
      }),
      until: told.nullable(),
    }),
    rest: z.strictObject({ until: told }).nullable().meta({
      description:
        'Until when what the brand calls dangerous is done for nobody, after a change of the PIN, a look-up or a call code.',
    }),
    sims: z.array(
      z.strictObject({
        id: z.string(),
        sim_number: z.string(),
        phone_numbers: z.array(z.string()),
        puk: z.enum(['on', 'off', 'none']).meta({ description: 'Whether its PUK proves anything by phone.' }),
      }),
    ),
    allows: z
      .strictObject({
        choose: z.boolean(),
        renew: z.boolean(),
        undo: z.boolean().meta({ description: 'A PIN that was set by phone can be ended, for a new one.' }),
        unlock: z.boolean(),
        puk: z.boolean(),
        call_code: z.boolean().meta({ description: 'A code for one call can be had.' }),
        reveal: z.boolean().meta({ description: 'The PIN can be looked up, with the second factor of the brand.' }),
      })
      .meta({ description: 'What may be offered now.' }),
  })
  .meta({ id: 'PortalState' })

export const logIns = z
  .strictObject({
    calls: z.array(
      z.strictObject({
        at: told,
        by: z.enum(['phone', 'other_channel']),
        kind: z.enum([...credentialKinds, 'call_code']),
        result: z.enum(['right', 'wrong', 'locked', 'none_set', 'over']),
      } satisfies { [Field in keyof LogIn]: z.ZodType }),
    ),
  })
  .meta({ id: 'LogIns', description: 'The newest first, 500 at most.' })

export const ownData = z
  .strictObject({
    customerNumber: z.string(),
    name: z.string(),
    birthDate: z.iso.date().nullable(),
    language: z.string(),
    reference: z.string().nullable().meta({ description: "The operator's name for the person, in all brands." }),
    contracts: z.array(z.strictObject({ number: z.string(), product: z.string().nullable(), ...span })),
    identifiers: z.array(z.strictObject({ kind: z.enum(identifierKinds), value: z.string(), ...span })),
    contacts: z.array(
      z.strictObject({
        kind: z.enum(['mobile', 'email']),
        value: z.string(),
        ...span,
        confirmed: told.nullable(),
      }),
    ),
    tickets: z.array(z.strictObject({ number: z.string(), topic: z.string(), reportedAt: told, open: z.boolean() })),
    reports: z.array(
      z.strictObject({ ticket: z.string(), at: told, channel: z.string().nullable(), text: z.string().nullable() }),
    ),
    messages: z.array(
      z.strictObject({
        about: z.string(),
        at: told,
        state: z.enum(['waiting', 'sent', 'dropped']),
        done: told.nullable(),
        reason: z.string().nullable(),
        channel: z.enum(channels).nullable(),
        source: z.string().nullable(),
      }),
    ),
    erasure: z.strictObject({ requested: told, due: told }).nullable(),
  } satisfies { [Field in keyof OwnData]: z.ZodType })
  .meta({ id: 'OwnData' })

/** What could be a secret of some brand, digits or a word; which of them it takes is its policy's to say. */
export const pinOrder = z.strictObject({ pin: writtenSecret })

export const newPin = z.strictObject({
  pin: z.string().meta({ description: 'To be shown to the customer once, and kept nowhere.' }),
})

export const shownPin = z.strictObject({
  pin: z.string().meta({ description: 'To be shown to the customer, and kept nowhere.' }),
})

/** Of a PIN that is not taken. */
export const notTaken = {
  fault: z.enum(['length', ...pinRules, 'used_before']).meta({ description: 'The rule that it breaks.' }),
  text: z.string().optional().meta({ description: 'In the language of the customer, where the brand has the words.' }),
  suggestion: z.string().meta({ description: 'One that would be taken, for this customer alone.' }),
}

export const pukOrder = z.strictObject({
  puk: z.enum(['on', 'off']).meta({ description: 'Whether it is to prove anything by phone.' }),
})

export const changed = z.strictObject({ changed: z.boolean().meta({ description: 'False: it was so already.' }) })

export const erasureTaken = z.strictObject({
  due: told.meta({ description: 'From when on everything is erased, where nothing keeps it from that.' }),
  changed: z.boolean().meta({ description: 'False: it was asked for before.' }),
})
