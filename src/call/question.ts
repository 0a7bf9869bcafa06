/**
 * The facts that a flow may ask of the world: a table with a row for each kind of question. Everybody reads the row.
 * `turn/answer.ts` gives no answer that is not in it, the proof tries every answer that is, the budget times the good one,
 * and the world of the tests (`test/support/world.ts`) answers by it. A new kind is a row here, its line in
 * `turn/answer.ts`, and the step that asks.
 */
import { type ChangeableKind, type CredentialKind, credentials, issuedKind } from '../auth/credentials.ts'
import type { IdentifierKind } from '../auth/identifiers.ts'
import { LETTERS_PER_CALL } from '../auth/letters.ts'
import { CHANGES_PER_CALL, ENTRIES_PER_CALL, TRIES_PER_CALL } from '../auth/lockout.ts'
import { type ChoiceFault, rulesOn } from '../auth/pin-policy.ts'
import type { Secret } from '../auth/secret.ts'
import type { StoredVerifier } from '../auth/verifier.ts'
import type { Claim } from './call.ts'
import { type AnyRow, type Claimant, type Plain, plain, row } from './question-row.ts'
import { LONG_WAIT, SAMPLE_ENTRY, SAMPLE_NOTICE, SAMPLE_TICKET } from './samples.ts'

/** The days of the week as files and prompts name them, Sunday first, as JavaScript counts. */
export const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof weekdays)[number]

/** What callers are told of a right PIN that is easy to guess: nothing, to change it, or that it proves nothing any more. */
export type Advice = null | 'change_soon' | 'change_first'

/** Why a new secret is not taken: by a rule, or the customer has it or had it not long ago. */
export type NewSecretFault = Exclude<ChoiceFault, 'length'>
export function newSecretFaults(kind: ChangeableKind): NewSecretFault[] {
  return [...rulesOn(credentials[kind].usualEntry), 'used_before']
}

/** By what a brand lets follow from a weak PIN. */
const advices = {
  nothing: [null],
  hint: [null, 'change_soon'],
  must_change: [null, 'change_soon', 'change_first'],
} satisfies Record<string, Advice[]>

export const questions = {
  /** Who the caller claims to be. */
  identify: row<
    {
      by:
        | { kind: 'entry'; digits: Secret; kinds: IdentifierKind[] }
        | { kind: 'own_line' }
        | { kind: 'call_code'; digits: Secret }
    },
    {
      /** Also where nobody has this number: the claim says so, and the flow cannot see it. */
      identified: { claim: Claim }
      /** The call code was right, and is spent: it proves this account. */
      redeemed: { claim: Claim }
      /** It was none, or is none any more: which of the two nobody is told. */
      not_redeemed: Plain
      unavailable: Plain
    }
  >({
    tellsOfAccounts: true,
    samples: {
      identified: ({ by }, whose) => (by.kind === 'call_code' ? [] : [{ claim: whose(by.kind) }]),
      redeemed: ({ by }, whose) => (by.kind === 'call_code' ? [{ claim: whose('entry') }] : []),
      not_redeemed: ({ by }) => (by.kind === 'call_code' ? [{}] : []),
      unavailable: plain,
    },
    marks: [],
    good: 'identified',
    outage: { answer: 'unavailable', log: 'the customer could not be looked up' },
    limit: { counter: 'entries', most: ENTRIES_PER_CALL, what: 'number entries' },
  }),

  /**
   * Whether a secret or a call code that was keyed is looked at, or too much was tried from this line. Asked before `verify`, and `identify` by a code, which
   * take the digits from the answer: what was not admitted is checked by no step. `claim`: whose secret it is said to be; null of a code, which says that itself.
   */
  admit: row<
    { claim: Claim | null; digits: Secret },
    {
      /**
       * The try is spent in the counters of the line. `isLast`: no other secret is tried in this call, for many accounts are being guessed at (docs/security.md#spray). It
       * follows from the service alone.
       */
      admitted: { digits: Secret; isLast: boolean }
      /** Nothing is spent. It follows from what this line has keyed alone, so the caller may hear it. */
      over_limit: Plain
      unavailable: Plain
    }
  >({
    // It depends on none, and leaves at the same time as what does.
    tellsOfAccounts: true,
    samples: {
      // A code is no secret that others share: of those no attack on many accounts comes to anything.
      admitted: ({ claim, digits }) => (claim === null ? [false] : [false, true]).map((isLast) => ({ digits, isLast })),
      over_limit: plain,
      unavailable: plain,
    },
    marks: [],
    good: 'admitted',
    outage: { answer: 'unavailable', log: 'what was tried from this line could not be counted' },
    limit: null,
  }),

  /** Whether the secret is right. */
  verify: row<
    { claim: Claim; credential: CredentialKind; digits: Secret; weak: keyof typeof advices; replaceOnly: boolean },
    {
      /** Wrong, locked, unknown and none set up alike: the flow cannot tell them apart. */
      failed: Plain
      /** `change_first`: it was right, but is too weak for the brand, and proves nothing. */
      verified: { credential: CredentialKind; advice: Advice }
      /** It was right, is for its first use alone, and may be replaced: by it another is set, and nothing else is proved. */
      replace_only: { credential: ChangeableKind }
      /** The try of this step was already spent by an earlier delivery and is never evaluated again. */
      unchecked: Plain
      /** Nothing was spent, or nothing came of it. */
      unavailable: Plain
    }
  >({
    tellsOfAccounts: true,
    samples: {
      failed: plain,
      // The claim of somebody whose number nobody has is never verified, nor by the secret of a SIM where none counts.
      verified: ({ claim, credential, weak }) =>
        claim.ref === null || (credentials[credential].subject === 'sim' && claim.sims?.length === 0)
          ? []
          : advices[weak].map((advice) => ({ credential, advice })),
      // Of a brand that issues such codes.
      replace_only: ({ claim, credential, replaceOnly }) =>
        replaceOnly && claim.ref !== null && credential === issuedKind ? [{ credential }] : [],
      unchecked: plain,
      unavailable: plain,
    },
    marks: [],
    good: 'verified',
    outage: { answer: 'unavailable', log: 'the secret could not be checked' },
    limit: { counter: 'tries', most: TRIES_PER_CALL, what: 'PIN tries' },
  }),

  /** A new secret was keyed for the first time: a verifier of it, for this call alone, with which the second entry is compared. */
  hash_entry: row<
    { claim: Claim; credential: ChangeableKind; digits: Secret },
    { hashed: { entry: StoredVerifier }; unavailable: Plain }
  >({
    tellsOfAccounts: false,
    samples: { hashed: () => [{ entry: SAMPLE_ENTRY }], unavailable: plain },
    marks: [],
    good: 'hashed',
    outage: { answer: 'unavailable', log: 'a new secret could not be hashed' },
    limit: null,
  }),

  /** It was keyed again: from now on it is the secret of the customer, if it is the same and may be. */
  set_secret: row<
    { claim: Claim; credential: ChangeableKind; digits: Secret; entry: StoredVerifier },
    {
      set: Plain
      /** The two entries are not the same. */
      differs: Plain
      refused: { fault: NewSecretFault }
      /** The account is locked for good, or no more, since the proof: nothing is set by telephone. */
      gone: Plain
      /** It was changed by telephone not long ago: that change can still be undone, and another not be made. */
      changed_lately: Plain
      unavailable: Plain
    }
  >({
    tellsOfAccounts: true,
    samples: {
      set: plain,
      differs: plain,
      refused: ({ credential }) => newSecretFaults(credential).map((fault) => ({ fault })),
      gone: plain,
      changed_lately: plain,
      unavailable: plain,
    },
    marks: [],
    good: 'set',
    outage: { answer: 'unavailable', log: 'the new secret could not be set' },
    limit: { counter: 'changes', most: CHANGES_PER_CALL, what: 'entries of a new secret' },
  }),

  /** Somebody forgot the secret: a letter with a new one is to go to the address in the contract of who was named last. */
  order_letter: row<
    { claim: Claim },
    {
      /** Also where none goes, as nobody has that number, or one was ordered not long ago: nobody in a call is told. */
      taken: Plain
      unavailable: Plain
    }
  >({
    tellsOfAccounts: true,
    samples: { taken: plain, unavailable: plain },
    marks: [],
    good: 'taken',
    outage: { answer: 'unavailable', log: 'a letter with a new secret could not be ordered' },
    limit: { counter: 'letters', most: LETTERS_PER_CALL, what: 'orders of a letter' },
  }),

  /** Whether the agent who sent the caller to the PIN check still waits. */
  agent: row<{ room: string }, { agent_waits: Plain; agent_gone: Plain; unavailable: Plain }>({
    tellsOfAccounts: false,
    samples: { agent_waits: plain, agent_gone: plain, unavailable: plain },
    marks: [],
    good: 'agent_waits',
    outage: { answer: 'unavailable', log: 'whether the agent still waits could not be read' },
    limit: null,
  }),

  /** What callers with this topic (null: all of the brand) are to be told for the time being, in the call's language. */
  notice: row<{ topic: string | null }, { no_notice: Plain; notice: { text: string } }>({
    tellsOfAccounts: false,
    samples: { no_notice: plain, notice: () => [{ text: SAMPLE_NOTICE }] },
    marks: [],
    good: 'no_notice',
    outage: { answer: 'no_notice', log: 'the notices could not be read; none is spoken' },
    limit: null,
  }),

  /**
   * Whether people of this brand can be reached now, or those of a topic that has hours of its own. `others`: whether the caller can still
   * choose such a topic. `languages`: those in which callers are told why not.
   */
  open: row<
    { topic: string | null; others: boolean; languages: readonly string[] },
    {
      open: Plain
      /** The brand is closed, and a topic with hours of its own is open. */
      some: Plain
      /**
       * `opens`: the next hours, `time` as HH:MM; null where they are more than six days away. `because`: by language, why it
       * is closed today, in words that operators have set; empty on ordinary days.
       */
      closed: { opens: { day: 'today' | 'tomorrow' | Weekday; time: string } | null; because: Record<string, string> }
    }
  >({
    tellsOfAccounts: false,
    samples: {
      open: plain,
      some: ({ others }) => (others ? [{}] : []),
      // The day with the longest name, at a time that takes long to say.
      closed: ({ languages }) => [
        ...(['today', 'tomorrow', 'thursday'] as const).map((day) => ({ opens: { day, time: '11:45' }, because: {} })),
        { opens: null, because: Object.fromEntries(languages.map((language) => [language, SAMPLE_NOTICE])) },
      ],
    },
    marks: [],
    good: 'open',
    outage: { answer: 'open', log: 'hours or holidays could not be read; the brand counts as open' },
    limit: null,
  }),

  /** How many wait in a queue of this brand, and how long that takes. */
  backlog: row<
    { queue: string },
    {
      free: Plain
      /** The wait to be expected is longer than the brand counts as usual. */
      long: { minutes: number }
      full: Plain
    }
  >({
    tellsOfAccounts: false,
    samples: { free: plain, long: () => [{ minutes: LONG_WAIT }], full: plain },
    marks: [],
    good: 'free',
    outage: { answer: 'free', log: 'how many wait could not be read; the queue counts as free' },
    limit: null,
  }),

  /** The number of the verified customer's ticket for the topic of the call; one is opened where there is none. */
  ticket: row<
    Plain,
    {
      ticket: { number: string }
      /** Nobody is proved, or it could not be had. */
      no_ticket: Plain
    }
  >({
    tellsOfAccounts: true,
    samples: { ticket: () => [{ number: SAMPLE_TICKET }], no_ticket: plain },
    marks: [SAMPLE_TICKET],
    good: 'ticket',
    outage: {
      answer: 'no_ticket',
      log: 'the ticket could not be had; the caller is told where to write without it',
    },
    limit: null,
  }),
}

export type QuestionKind = keyof typeof questions
type Samples<Kind extends QuestionKind> = (typeof questions)[Kind]['samples']
type SampleOf<Sampling> = Sampling extends (...given: never) => readonly (infer Sample)[] ? Sample : never
type AskedOf<Sampling> = Sampling extends (asked: infer Asked, whose: Claimant) => unknown ? Asked : never

/** A question of one kind, or of any. */
export type Question<Kind extends QuestionKind = QuestionKind> = {
  [One in Kind]: { kind: One } & AskedOf<Samples<One>[keyof Samples<One>]>
}[Kind]

/** What can be answered to a question of one kind, or of any. */
export type Answer<Kind extends QuestionKind = QuestionKind> = {
  [One in Kind]: { [Way in keyof Samples<One>]: { kind: Way } & SampleOf<Samples<One>[Way]> }[keyof Samples<One>]
}[Kind]

/** The row of a question, for code that does not know which question it has. */
function rowOf({ kind }: Question): AnyRow {
  return questions[kind] as unknown as AnyRow
}

/** Every answer that the world can give, one for all that are alike; or those of one kind alone. */
export function answersTo(question: Question, whose: Claimant, only?: Answer['kind']): Answer[] {
  const answers: Answer[] = []
  const { samples } = rowOf(question)
  for (const kind in samples) {
    if (only !== undefined && kind !== only) continue
    for (const sample of samples[kind]?.(question, whose) ?? []) answers.push({ kind, ...sample } as Answer)
  }
  return answers
}

/** Whether it is the answer, on most days, to a caller who does everything right. */
export function isGood(question: Question, answer: Answer): boolean {
  return answer.kind === rowOf(question).good
}
