import type { AccountSeen } from '../../twilio/look-at-account.ts'
import { defineCheck } from './check.ts'

/** With each of the tokens, the current one first; null: no account is asked. */
interface Seen {
  accounts: readonly AccountSeen[] | null
  isStandIn: boolean
}

const TEST =
  'These are test credentials. They can pretend to place a call, to send a message and to buy a number; they place no call, get no webhook, and cannot move a live call, look at numbers or at the account.'

export const twilio = defineCheck({
  name: 'twilio',
  needs: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TELEPHONY', 'TWILIO_REGION', 'TWILIO_EDGE'],
  ofVoice: true,
  remedies: {
    none: { weight: 'note', remedy: null },
    test: {
      weight: 'warning',
      remedy: 'For calls set the live SID and token of a subaccount: Twilio console, Account, API keys & tokens.',
    },
    refused: {
      weight: 'fault',
      remedy:
        'Copy both again from the Twilio console. A token is of one account and of one region, so take that of TWILIO_REGION.',
    },
    order: { weight: 'fault', remedy: 'Change their order in TWILIO_AUTH_TOKEN: the first is used to ask Twilio.' },
    inactive: {
      weight: 'fault',
      remedy:
        'See in the Twilio console why (billing, mostly), and have it opened again: no call comes through until then.',
    },
    trial: {
      weight: 'warning',
      remedy: 'Upgrade it before callers come: a trial reaches verified numbers alone, and says first that it is one.',
    },
    old_token: { weight: 'note', remedy: 'When the rotation is over, take the second token out of TWILIO_AUTH_TOKEN.' },
    no_answer: {
      weight: 'fault',
      remedy:
        'Let this machine ask api.twilio.com by HTTPS. Try it: curl -sSI https://api.twilio.com; status.twilio.com says whether it is Twilio.',
    },
    main_account: {
      weight: 'note',
      remedy: 'A subaccount for the hotline keeps its calls, numbers and token apart from all else.',
    },
  },
  look: async ({ accounts, config }): Promise<Seen> => ({
    accounts: await accounts(),
    isStandIn: config.telephony === 'stand-in',
  }),
  judge({ accounts, isStandIn }) {
    const [first, second] = accounts ?? []
    if (first === undefined)
      return [
        {
          code: 'none',
          says: isStandIn ? 'The stand-in makes the calls: no account is asked.' : 'There is no account to ask.',
        },
      ]
    switch (first.kind) {
      case 'test':
        return [{ code: 'test', says: TEST }]
      case 'refused':
        return second?.kind === 'live'
          ? [{ code: 'order', says: 'Of the two tokens Twilio takes the second, and not the first.' }]
          : [{ code: 'refused', says: 'Twilio does not take TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN (401).' }]
      case 'no_answer':
        return [{ code: 'no_answer', says: `Twilio could not be asked (${whyOf(first)}).` }]
      case 'live': {
        const { status, isTrial, isSubaccount } = first
        if (status !== 'active') return [{ code: 'inactive', says: `The account is ${status}.` }]
        return [
          { good: `Live credentials of an active ${isSubaccount ? 'subaccount' : 'account'}.` },
          ...(isTrial ? [{ code: 'trial' as const, says: 'It is a trial.' }] : []),
          ...(isSubaccount ? [] : [{ code: 'main_account' as const, says: 'It is no subaccount.' }]),
          ...(second?.kind === 'refused'
            ? [{ code: 'old_token' as const, says: 'Twilio does not take the second token.' }]
            : []),
        ]
      }
    }
  },
})

function whyOf({ status, code }: Extract<AccountSeen, { kind: 'no_answer' }>): string {
  return (
    [status === null ? '' : `HTTP ${status}`, code ?? ''].filter((each) => each !== '').join(', ') || 'reason unknown'
  )
}
