/** What each operation of the portal API does. */
import type { z } from 'zod'
import { type ChangeableKind, chosenKindOf } from '../auth/credentials.ts'
import { asKeyed } from '../auth/letter-keys.ts'
import { restUntil } from '../auth/pin-rest.ts'
import type { Secret } from '../auth/secret.ts'
import type { Hotline } from '../flow/hotline.ts'
import { pinRefusal } from '../flow/pin-refusal.ts'
import { adviceOn } from '../flow/pins.ts'
import type { Because } from '../seams/account-book.ts'
import type { CallCodes } from '../seams/call-codes.ts'
import type { Clock } from '../seams/clock.ts'
import type { Erasures } from '../seams/erasures.ts'
import { hinderedSentence } from '../seams/hindrances.ts'
import type { NotChosen, PinChoice } from '../seams/pin-choice.ts'
import type { LookUp, PortalBook, PortalView } from '../seams/portal.ts'
import { localDay } from '../turn/local-day.ts'
import type { pinOrder, portalState, pukOrder } from './forms.ts'
import type { PortalAnswer, PortalOperationName } from './operations.ts'
import type { PortalCustomer } from './token.ts'

export interface ActParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  portal: PortalBook
  /** Null: this process has neither the key nor the right. */
  lookUp: LookUp | null
  pinChoice: PinChoice
  callCodes: Pick<CallCodes, 'make'>
  erasures: Pick<Erasures, 'request'>
  clock: Pick<Clock, 'now'>
}

/** What was sent, when it has passed the form of its row. */
export interface Sent {
  body: unknown
  id: string
}

type Act = (customer: PortalCustomer, sent: Sent) => Promise<PortalAnswer>

/** Of a word, what is keyed is known, and not the word. */
const LOOKED_UP = 'pin'

const because: Because = { actor: 'portal', reason: 'By the customer, in the portal' }

const orNobody = <T>(done: T | null, answer: (done: T) => PortalAnswer): PortalAnswer =>
  done === null ? 'no_customer' : answer(done)

export function portalActs({
  hotlines,
  portal,
  lookUp,
  pinChoice,
  callCodes,
  erasures,
  clock,
}: ActParts): Record<PortalOperationName, Act> {
  const chosen = { by: 'portal', actor: because.actor } as const
  /** With what there is of the customer that the token names. */
  const onView = async (
    customer: PortalCustomer,
    act: (view: PortalView, hotline: Hotline) => Promise<PortalAnswer>,
  ): Promise<PortalAnswer> => {
    const view = await portal.view(customer)
    const hotline = hotlines.byBrand.get(customer.brand)
    return view === null || !hotline ? 'no_customer' : act(view, hotline)
  }
  /** On the secret that customers of the brand choose; some brands have none. */
  const onSecret = (
    customer: PortalCustomer,
    act: (
      account: { brand: string; ref: string },
      kind: ChangeableKind,
      of: { language: string; hotline: Hotline },
    ) => Promise<PortalAnswer>,
  ): Promise<PortalAnswer> =>
    onView(customer, async ({ ref, language }, hotline) => {
      const kind = chosenKindOf(hotline.brand.credentials)
      return kind === null
        ? notChosen('not_accepted')
        : act({ brand: customer.brand, ref }, kind, { language, hotline })
    })
  return {
    choosePin: (customer, { body }) =>
      onSecret(customer, async (account, kind, { language, hotline }) => {
        const { pin } = body as z.infer<typeof pinOrder>
        const done = await pinChoice.choose(account, kind, asKeyed(kind, pin), chosen, clock.now())
        if ('set' in done) return { answer: {} }
        if (!('suggestion' in done)) return notChosen(done.refused)
        const { refused: fault } = done
        const suggestion = shownOnce(done.suggestion)
        const text = pinRefusal(hotline, language, { fault, kind, suggestion })
        return { refused: 'not_taken', notTaken: { fault, ...(text && { text }), suggestion } }
      }),
    renewPin: (customer) =>
      onSecret(customer, async (account, kind) => {
        const done = await pinChoice.renew(account, kind, chosen, clock.now())
        return 'set' in done ? { answer: { pin: shownOnce(done.set) } } : notChosen(done.refused)
      }),
    undoPin: (customer) =>
      onSecret(customer, async (account, kind) => {
        const done = await pinChoice.undo(account, kind, { actor: because.actor }, clock.now())
        if (done === null) return { refused: 'nothing_to_undo' }
        return 'set' in done ? { answer: { pin: shownOnce(done.set) } } : notChosen(done.refused)
      }),
    makeCallCode: async (customer) =>
      orNobody(await callCodes.make(customer, because), (made) =>
        'refused' in made ? made : { answer: { code: shownOnce(made.code), expires: made.expires.toISOString() } },
      ),
    lookUpPin: async (customer) => {
      if (lookUp === null) throw new Error('Nothing is looked up in this process.')
      return orNobody(await lookUp.read(customer, LOOKED_UP, because, clock.now()), (done) =>
        typeof done === 'string' ? { refused: done } : { answer: { pin: shownOnce(done) } },
      )
    },
    getPortalState: (customer) =>
      onView(customer, async (view, hotline) => {
        const isOffered = hotline.brand.portal?.look_up !== undefined
        const canLookUp =
          lookUp !== null && isOffered && (await lookUp.has({ brand: customer.brand, ref: view.ref }, LOOKED_UP))
        return { answer: stateOf(customer, view, hotline, { now: clock.now(), canLookUp }) }
      }),
    liftSoftLock: async (customer) =>
      orNobody(await portal.unlock(customer, because), (done) =>
        done === 'lifted' ? { answer: {} } : { refused: done },
      ),
    switchPuk: async (customer, { body, id }) =>
      orNobody(await portal.switchPuk(customer, id, (body as z.infer<typeof pukOrder>).puk, because), (done) =>
        done === 'no_puk' ? { refused: done } : { answer: done },
      ),
    listLogIns: async (customer) => orNobody(await portal.logIns(customer), (calls) => ({ answer: { calls } })),
    getOwnData: async (customer) => orNobody(await portal.data(customer, because), (answer) => ({ answer })),
    askForErasure: async (customer) =>
      orNobody(await erasures.request(customer, because), (asked) =>
        'hindered' in asked ? { refused: 'hindered', detail: hinderedSentence(asked.hindered) } : { answer: asked },
      ),
  }
}

const notChosen = (why: NotChosen): PortalAnswer => ({ refused: why === 'no_account' ? 'ended' : why })

function stateOf(
  { brand: name, customerNumber }: PortalCustomer,
  { language, runs, undo, changed, credentials, lock, sims }: PortalView,
  { brand }: Hotline,
  { now, canLookUp }: { now: Date; canLookUp: boolean },
): z.infer<typeof portalState> {
  const words = brand.words[language] ?? Object.values(brand.words)[0] ?? {}
  const isToBeChanged = adviceOn(brand, localDay(now, brand.time_zone)) !== null
  // Where a trusted line alone is left, a new PIN is what helps on all others.
  const isHard = lock.needsNewPin || lock.trustedLineOnly
  const kind = lock.byOperator ? 'operator' : isHard ? 'hard' : lock.until === null ? 'none' : 'soft'
  const isSettable = runs && !lock.byOperator && chosenKindOf(brand.credentials) !== null
  const takesPuks = brand.credentials.includes('puk')
  const rests = restUntil(changed === null ? null : new Date(changed), now)
  return {
    brand: name,
    customer_number: customerNumber,
    language,
    credentials: credentials
      .filter(({ kind: each }) => brand.credentials.includes(each))
      .map(({ kind: each, set, weak, replaceOnly }) => ({
        kind: each,
        name: words[each] ?? each,
        set,
        to_be_changed: replaceOnly || (weak && isToBeChanged),
      })),
    lock: { kind, until: kind === 'soft' ? lock.until : null },
    rest: rests && { until: rests.toISOString() },
    sims: sims.map(({ id, simNumber, phoneNumbers, puk }) => ({
      id,
      sim_number: simNumber,
      phone_numbers: phoneNumbers,
      puk: takesPuks ? puk : 'none',
    })),
    allows: {
      choose: isSettable && !lock.needsNewPin,
      renew: isSettable,
      undo: isSettable && !lock.needsNewPin && undo,
      unlock: kind === 'soft',
      puk: takesPuks && sims.some(({ puk }) => puk !== 'none'),
      call_code: brand.call_codes && runs && !lock.byOperator && !lock.needsNewPin,
      reveal: isSettable && !lock.needsNewPin && canLookUp,
    },
  }
}

/** To its customer, who is logged in, and in this answer alone. */
function shownOnce(secret: Secret): string {
  return secret.reveal()
}
