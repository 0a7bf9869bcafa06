/** `PUT …/pin`: the PIN that a customer chose with an order, before there is a portal (R10). */
import { Router } from 'express'
import { chosenKindOf } from '../auth/credentials.ts'
import { asKeyed } from '../auth/letter-keys.ts'
import type { Secret } from '../auth/secret.ts'
import { customerNumber } from '../context/account-acts.ts'
import { pinIsShown } from '../flow/brand.ts'
import { inOurWords } from '../flow/fault.ts'
import type { Hotline } from '../flow/hotline.ts'
import { pinRefusal } from '../flow/pin-refusal.ts'
import { guarded, refuse } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { Ordered, OrderPins } from '../seams/order-pins.ts'
import { localDay } from '../turn/local-day.ts'
import { notUnderstood } from './customers.ts'
import { bearerOf, isFor } from './gate.ts'
import { granted } from './granted.ts'
import { notTaken, orderedPin, orderedPinAnswer } from './ordered-pin-form.ts'

export interface OrderedPinDoor {
  orderPins: OrderPins
  hotlines: readonly Pick<Hotline, 'brand' | 'words'>[]
  clock: Clock
  log: Pick<Log, 'error'>
}

const because: Record<Exclude<Ordered, { set: true } | { suggestion: Secret }>['refused'], string> = {
  has_one: 'The account has or had a PIN. Its customer changes it in the portal, or gets a new one by post.',
  not_accepted: 'This brand takes no PIN.',
  operator_locked: 'The account is locked by the operator.',
  hard_locked: 'Wrong tries have locked the account. Issue a PIN by post.',
}

export function orderedPinRoutes({ orderPins, hotlines, clock, log }: OrderedPinDoor): Router {
  const router = Router()
  const { path } = granted.setOrderedPin
  router.put(
    path,
    readJson,
    guarded(log, path, async (request, response) => {
      const sent = orderedPin.safeParse(request.body, { error: inOurWords })
      if (!sent.success) return notUnderstood(response, sent.error)
      const { brand: name = '', number } = request.params as Record<string, string>
      const bearer = bearerOf(response)
      const now = clock.now()
      const read = customerNumber.safeParse(number)
      const hotline = hotlines.find(({ brand }) => brand.name === name && isFor(bearer, brand.name))
      const by = { actor: bearer.actor, now }
      const place = { brand: name, customerNumber: read.data ?? '' }
      const kind = hotline ? chosenKindOf(hotline.brand.credentials) : null
      if (kind === null && hotline) return refuse(response, 409, 'Not set', because.not_accepted, 'not_accepted')
      const done =
        kind !== null && read.success ? await orderPins.set(place, kind, asKeyed(kind, sent.data.pin), by) : null
      if (!hotline || kind === null || done === null)
        return refuse(response, 404, 'No such customer', 'This brand has no customer of this number.')
      if ('set' in done) return void response.json(orderedPinAnswer.parse({ set: true, place: placeOf(hotline, now) }))
      if (!('suggestion' in done)) {
        return refuse(response, 409, 'Not set', because[done.refused], done.refused)
      }
      const refusal = { fault: done.refused, kind, suggestion: done.suggestion.reveal() }
      const sentences = hotline.brand.languages.flatMap(({ code }) => {
        const sentence = pinRefusal(hotline, code, refusal)
        return sentence === null ? [] : [[code, sentence] as const]
      })
      const problem = notTaken.parse({
        title: 'Not taken',
        status: 422,
        detail: 'The brand does not take this PIN; the code is its rule. Have the customer choose another.',
        code: refusal.fault,
        sentences: Object.fromEntries(sentences),
        suggestion: refusal.suggestion,
      })
      response.status(422).type('application/problem+json').send(JSON.stringify(problem))
    }),
  )
  return router
}

/** The words and the day of the step that tells callers where it is found (R20, R21). */
function placeOf({ brand }: Pick<Hotline, 'brand'>, now: Date): Record<string, string> | null {
  if (!pinIsShown(brand, localDay(now, brand.time_zone))) return null
  const places = brand.languages.flatMap(({ code }) => {
    const word = brand.words[code]?.pin_place
    return word === undefined ? [] : [[code, word] as const]
  })
  return places.length === 0 ? null : Object.fromEntries(places)
}
