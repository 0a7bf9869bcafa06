/**
 * The operations of the API and the act that each needs of a token. The door, its description and its tests are made of this
 * table; what is not in it does not answer.
 */
import type { Act } from '../seams/tokens.ts'

export interface Operation {
  method: 'get' | 'put' | 'post' | 'delete'
  /** As express writes it. */
  path: string
  act: Act
  /** It is asked by a number that can be guessed, so each request is taken out of the token's budget before anything is looked up. */
  guessable?: true
}

export const granted = {
  listCalls: { method: 'get', path: '/api/v1/calls', act: 'read_calls' },
  getCall: { method: 'get', path: '/api/v1/calls/:CallSid', act: 'read_calls' },
  redeemReference: { method: 'post', path: '/api/v1/references/:reference', act: 'redeem_reference' },
  setAgentAway: { method: 'post', path: '/api/v1/agents/:name/away', act: 'set_agent_away' },
  listNotices: { method: 'get', path: '/api/v1/notices', act: 'read_notices' },
  setNotice: { method: 'put', path: '/api/v1/notices', act: 'set_notices' },
  clearNotice: { method: 'delete', path: '/api/v1/notices', act: 'set_notices' },
  listSpecialHours: { method: 'get', path: '/api/v1/special-hours', act: 'read_hours' },
  setSpecialHours: { method: 'put', path: '/api/v1/special-hours', act: 'set_hours' },
  clearSpecialHours: { method: 'delete', path: '/api/v1/special-hours', act: 'set_hours' },
  reportTicket: { method: 'post', path: '/api/v1/tickets', act: 'tickets', guessable: true },
  verifyCustomer: { method: 'post', path: '/api/v1/verify', act: 'verify', guessable: true },
  getCustomer: {
    method: 'get',
    path: '/api/v1/customers/:brand/:number',
    act: 'read_customers',
    guessable: true,
  },
  putCustomer: { method: 'put', path: '/api/v1/customers/:brand/:number', act: 'write_customers' },
  setOrderedPin: {
    method: 'put',
    path: '/api/v1/customers/:brand/:number/pin',
    act: 'set_ordered_pins',
    guessable: true,
  },
  lockCustomer: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/lock',
    act: 'lock_customers',
    guessable: true,
  },
  unlockCustomer: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/unlock',
    act: 'unlock_customers',
    guessable: true,
  },
  clearCustomerPins: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/clear-pin',
    act: 'clear_pins',
    guessable: true,
  },
  makeCallCode: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/call-codes',
    act: 'make_call_codes',
    guessable: true,
  },
  endCustomer: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/end',
    act: 'end_customers',
    guessable: true,
  },
  eraseCustomer: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/erase',
    act: 'erase_customers',
    guessable: true,
  },
  keepCustomer: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/keep',
    act: 'erase_customers',
    guessable: true,
  },
  tellCustomerEvent: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/events',
    act: 'change_customers',
    guessable: true,
  },
  mergeCustomer: {
    method: 'post',
    path: '/api/v1/customers/:brand/:number/merge',
    act: 'merge_customers',
    guessable: true,
  },
} as const satisfies Record<string, Operation>

export type GrantedName = keyof typeof granted
