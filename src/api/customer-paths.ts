/** What the API says of one customer, in its OpenAPI document. */
import { z } from 'zod'
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi'
import {
  accountState,
  at,
  callCode,
  codeOrder,
  codeSends,
  customerNumber,
  told,
  unlocked,
} from '../context/account-acts.ts'
import { accountEvent, mergeOrder } from '../context/account-events.ts'
import { reason } from '../flow/reason.ts'
import { customerColumns, customerPut } from './customer-form.ts'
import { coded, faulty, of, refusal, refusalsOf } from './described.ts'
import type { GrantedName } from './granted.ts'
import { notTaken, orderedPin, orderedPinAnswer } from './ordered-pin-form.ts'

const path = z.strictObject({ brand: z.string(), number: customerNumber.meta({ description: 'Customer number.' }) })

const ACTS = 'Recorded with its reason, under the name of the token.'

/** Acts are sent with their reason, and a customer of another brand is as one that there is not. */
function act(
  name: GrantedName,
  summary: string,
  description: string,
  answer: z.ZodType,
  more: ZodOpenApiOperationObject['responses'] = {},
  order: z.ZodType = z.strictObject({ reason }),
): { post: ZodOpenApiOperationObject } {
  return {
    post: {
      ...of(name),
      summary,
      description: `${description} ${ACTS}`,
      requestParams: { path },
      requestBody: { required: true, content: { 'application/json': { schema: order } } },
      responses: {
        '200': { description: 'Done, or as told.', content: { 'application/json': { schema: answer } } },
        '400': refusal('No reason, or one that cannot be kept, or a field that cannot be.', faulty),
        '404': refusal('The brand has no such customer, or the token is not for this brand.'),
        ...more,
        ...refusalsOf(name),
      },
    },
  }
}

export function customerPaths(): ZodOpenApiPathsObject {
  const customer = '/api/v1/customers/{brand}/{number}'
  return {
    [customer]: {
      get: {
        ...of('getCustomer'),
        summary: 'The state of an account, without secrets, names and addresses',
        description: ACTS,
        requestParams: { path, query: z.strictObject({ reason }) },
        responses: {
          '200': { description: 'Its state now.', content: { 'application/json': { schema: accountState } } },
          '400': refusal('No reason, or one that cannot be kept.', faulty),
          '404': refusal('The brand has no such customer, or the token is not for this brand.'),
          ...refusalsOf('getCustomer'),
        },
      },
      put: {
        ...of('putCustomer'),
        summary: 'Takes one customer over, as a line of a customer file',
        description:
          'A column that is missing says nothing; null or an empty one takes away what is stored, but for secrets. A secret that exists stays. Sent again it changes nothing. Recorded under the name of the token.',
        requestParams: { path },
        requestBody: { required: true, content: { 'application/json': { schema: customerColumns() } } },
        responses: {
          '200': { description: 'Changed, or as before.', content: { 'application/json': { schema: customerPut } } },
          '201': { description: 'The customer is new.', content: { 'application/json': { schema: customerPut } } },
          '400': refusal('By field, rule and remedy what is wrong; nothing was changed.', faulty),
          '404': refusal('There is no such brand, or the token is not for it.'),
          '409': refusal('Somebody else changed the same at this moment: `raced`.', coded),
          ...refusalsOf('putCustomer'),
        },
      },
    },
    [`${customer}/pin`]: {
      put: {
        ...of('setOrderedPin'),
        summary: 'Sets the PIN that a customer chose with an order, where the account never had one',
        description:
          'Judged by the policy of the brand. Nothing is replaced by it, and what was made worth nothing neither. Recorded under the name of the token.',
        requestParams: { path },
        requestBody: { required: true, content: { 'application/json': { schema: orderedPin } } },
        responses: {
          '200': {
            description: 'It holds from now on.',
            content: { 'application/json': { schema: orderedPinAnswer } },
          },
          '400': refusal('A PIN that is no digits, or a field that cannot be.', faulty),
          '404': refusal('The brand has no such customer, or the token is not for this brand.'),
          '409': refusal('Not set: `has_one`, `not_accepted`, `operator_locked` or `hard_locked`.', coded),
          '422': refusal('The policy of the brand is against it.', notTaken),
          ...refusalsOf('setOrderedPin'),
        },
      },
    },
    [`${customer}/lock`]: act(
      'lockCustomer',
      'Locks an account until it is unlocked: nothing verifies it, at any door',
      'A new PIN does not lift it.',
      z.strictObject({ changed: z.boolean().meta({ description: 'False: it was locked already.' }) }),
    ),
    [`${customer}/unlock`]: act(
      'unlockCustomer',
      'Lifts such a lock, and none by wrong tries',
      'What wrong tries lock stays locked.',
      unlocked.pick({ remains: true }),
      {
        '409': refusal(
          'Nothing was lifted: `not_locked`, `temporary` (wrong tries, ends by itself), `trusted_line_only` or `needs_new_pin`.',
          coded,
        ),
      },
    ),
    [`${customer}/clear-pin`]: act(
      'clearCustomerPins',
      'Makes all PINs and PUKs of an account worth nothing, until another is issued',
      'The next customer file does not bring them back, unless it replaces PINs.',
      z.strictObject({ cleared: z.int().meta({ description: 'How many.' }) }),
    ),
    [`${customer}/call-codes`]: act(
      'makeCallCode',
      'Makes a code that lets one call in as this customer, without number and PIN',
      'For customers who are logged in at your portal or app, and for them alone; for others with `send`. It takes the place of one that was made before, and the customer is told of it.',
      callCode,
      {
        '202': {
          description: 'It is sent, with `send`, to a contact of the customer that is confirmed, current and not new.',
          content: { 'application/json': { schema: codeSends } },
        },
        '409': refusal(
          'Not made: `not_taken` (the brand takes no codes), `locked`, `ended`, or `lately` (one was sent within five minutes).',
          coded,
        ),
      },
      codeOrder,
    ),
    [`${customer}/end`]: act(
      'endCustomer',
      'Ends all contracts of an account',
      'Numbers, SIMs and contacts end with them and identify nobody; what the brand names for after the end goes on for so long.',
      z.strictObject({ changed: z.boolean().meta({ description: 'False: they had ended by then.' }) }),
      {},
      z.strictObject({ reason, at }),
    ),
    [`${customer}/erase`]: act(
      'eraseCustomer',
      'Asks for an account to be erased, once nothing runs any more',
      'It is done by the server after the days that the brand names, and never within its tail; a contract that begins before makes it void.',
      z.strictObject({
        due: told.meta({ description: 'From when on it is erased.' }),
        changed: z.boolean().meta({ description: 'False: it was asked for before.' }),
      }),
      { '409': refusal('Not asked for: the first of what keeps it from that is the code, the detail has all.', coded) },
    ),
    [`${customer}/keep`]: act(
      'keepCustomer',
      'Takes back that an account is to be erased',
      'What was erased is gone for good.',
      z.strictObject({ changed: z.boolean().meta({ description: 'False: nobody had asked.' }) }),
    ),
    [`${customer}/events`]: act(
      'tellCustomerEvent',
      'Tells what happened to an account between two files',
      'From the moment that it names. Events may come in any order, and twice. What is wrong is told by field, rule and remedy; nothing was changed then.',
      z.strictObject({ changed: z.boolean().meta({ description: 'False: it was known already.' }) }),
      {},
      accountEvent,
    ),
    [`${customer}/merge`]: act(
      'mergeCustomer',
      'Makes one customer of two: the one of this number, who keeps PIN, name and contacts',
      'Contracts, phone and SIM numbers of the other go on here and rest as all that is new; the PIN and PUKs of the other are worth nothing. Of counts of tries the higher holds, of locks the stricter.',
      z.strictObject({ changed: z.boolean().meta({ description: 'False: it was known already.' }) }),
      {},
      mergeOrder,
    ),
  }
}
