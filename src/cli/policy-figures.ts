/** Every figure by which calls, desk and files are limited, each read where it stands. A figure of its own this file has none. */
import { CALL_CODE_TTL_MS, WORTHLESS_OF_AN_AGENT, WORTHLESS_WINDOW_MS } from '../auth/call-code.ts'
import { type CredentialKind, credentials, entryOf } from '../auth/credentials.ts'
import { HASHES_PER_CORE } from '../auth/hashing-slots.ts'
import { ADDRESS_AGE_MS, LETTERS_PER_CALL, ORDER_EVERY_MS, TRIES_WHILE_LOCKED, UNUSED_MS } from '../auth/letters.ts'
import {
  ENTRIES_PER_CALL,
  HARD_LOCK_AFTER,
  STRANGERS_IN_A_ROW,
  STRANGERS_TOTAL,
  softLocks,
  TOTAL_LIMIT,
  TOTAL_WINDOW_MS,
  TRIES_PER_CALL,
  TRUSTED_LINE_AFTER_MS,
  UNKNOWN_SUBJECT_TTL_MS,
} from '../auth/lockout.ts'
import { PIN_REST_HOURS } from '../auth/pin-rest.ts'
import { portalLimits } from '../auth/portal-limits.ts'
import { PARAMS, SIMS_COMPARED } from '../auth/verifier.ts'
import type { Config } from '../config/config.ts'
import { agentTimesOf, type Brand, phaseOn, thresholdOf } from '../flow/brand.ts'
import { GENERAL } from '../flow/hotline.ts'
import { dangerousOf } from '../flow/rights.ts'
import { MISSES_PER_VISIT, PATIENCE, SILENCES_PER_VISIT } from '../flow/step.ts'
import { LIFE_MS } from '../live/live.ts'
import { LONGEST_OVER_DAYS } from '../seams/account-changes.ts'
import { MOST_HOLDS, patienceOf } from '../seams/patience.ts'
import { type KeepingName, keepings, TRIES_DAYS } from '../seams/retention.ts'
import { FEWEST } from '../store/import/endings.ts'
import { MOST_UNNAMED } from '../store/import/missing.ts'
import { USUAL_PACE } from '../turn/answer-time.ts'
import { deskFigures } from './desk-figures.ts'
import { type Figure, figure } from './figure.ts'
import { lineFigures } from './line-figures.ts'
import { sprayFigures } from './spray-figures.ts'

/** What holds for all brands. */
export function sharedFigures({
  webhookDeadlineMs,
  drainMs,
  keep,
}: Pick<Config, 'webhookDeadlineMs' | 'drainMs' | 'keep'>): Figure[] {
  const { listensMs, totalMs, leaseMs } = patienceOf(webhookDeadlineMs)
  return [
    figure('call.tries', TRIES_PER_CALL, 'tries', 'secrets that one call may try'),
    figure(
      'call.entries',
      ENTRIES_PER_CALL,
      'entries',
      'numbers that one call may name, and call codes that it may key or tell an agent, together',
    ),
    figure('call_code.lasts', CALL_CODE_TTL_MS, 'ms', 'so long a call code can be keyed or told'),
    figure('call_code.agent', WORTHLESS_OF_AN_AGENT, 'codes', 'worthless call codes that one agent may type'),
    figure('call_code.agent.window', WORTHLESS_WINDOW_MS, 'ms', 'within so long'),
    figure(
      'call.silences',
      SILENCES_PER_VISIT,
      'prompts',
      'prompts in a row to which nothing is keyed, until the call ends',
    ),
    figure(
      'call.misses',
      MISSES_PER_VISIT,
      'entries',
      'entries of the wrong form at one prompt, until a person takes over',
    ),
    ...Object.entries(PATIENCE).map(([kind, seconds]) =>
      kind === 'retry'
        ? figure('call.patience.retry', seconds, 's', 'added to the time for a key at each retry')
        : figure(`call.patience.${kind}`, seconds, 's', `time for a key at a ${kind}`),
    ),
    figure('letter.per_call', LETTERS_PER_CALL, null, 'orders of such a letter in one call'),
    figure('letter.order_every', ORDER_EVERY_MS, 'ms', 'after the order of a letter for a forgotten PIN none is taken'),
    figure(
      'letter.address_age',
      ADDRESS_AGE_MS,
      'ms',
      "a postal address is the customer's before such a letter goes there",
    ),
    figure('letter.unused', UNUSED_MS, 'ms', 'a new PIN of such a letter waits for its first use'),
    figure(
      'letter.tries_while_locked',
      TRIES_WHILE_LOCKED,
      'tries',
      'wrong ones of such a PIN while the account is locked for good',
    ),
    ...softLocks.flatMap(({ after, forMs }, index) => [
      figure(`lock.soft.${index + 1}.after`, after, 'tries', 'wrong in a row, until the account is locked for a time'),
      figure(`lock.soft.${index + 1}.for`, forMs, 'ms', 'how long that lasts'),
    ]),
    figure('lock.hard.after', HARD_LOCK_AFTER, 'tries', 'wrong in a row, until there is a new PIN'),
    figure('lock.total.after', TOTAL_LIMIT, 'tries', 'wrong in the window, until there is a new PIN'),
    figure('lock.total.window', TOTAL_WINDOW_MS, 'ms', 'that window'),
    figure(
      'lock.strangers.after',
      STRANGERS_IN_A_ROW,
      'tries',
      'of these in a row from lines that are not trusted, until nothing from there is compared',
    ),
    figure('lock.strangers.total', STRANGERS_TOTAL, 'tries', 'of the total in the window from there'),
    figure(
      'lock.strangers.costs',
      'customers whose number is withheld, or not on file for long, have seven tries and fourteen; the rest is kept for a trusted line',
      null,
      'what that costs honest callers',
    ),
    figure(
      'lock.trusted.after',
      TRUSTED_LINE_AFTER_MS,
      'ms',
      'a number and its SIM are on file before its line is trusted, and a secret from it was right since',
    ),
    figure('lock.unknown.kept', UNKNOWN_SUBJECT_TTL_MS, 'ms', 'how long tries at a number that nobody has are counted'),
    ...lineFigures(),
    ...sprayFigures(),
    figure('pin.changed.rest', PIN_REST_HOURS, 'h', 'what is dangerous rests after customers have changed their PIN'),
    figure('portal.changes', portalLimits.change, 'a day', 'acts of one customer in the portal that change something'),
    figure('portal.look_ups', portalLimits.look_up, 'a day', 'times that one customer looks the PIN up'),
    figure('verifier.memory', PARAMS.m, 'KiB', 'memory of one hash'),
    figure('verifier.passes', PARAMS.t, 'passes', 'passes of one hash'),
    figure('verifier.hashes_per_core', HASHES_PER_CORE, 'hashes', 'hashes at once for each core'),
    figure('verifier.sims', SIMS_COMPARED, 'SIMs', 'secrets of SIMs that an entry is compared with'),
    figure('answer.grid', USUAL_PACE.gridMs, 'ms', 'grid on which answers about accounts leave'),
    figure('answer.at_least', USUAL_PACE.atLeastMs, 'ms', 'the earliest of them'),
    figure('webhook.deadline', webhookDeadlineMs, 'ms', 'by then a caller hears something'),
    figure('webhook.listens', listensMs, 'ms', 'how long the network listens to one delivery'),
    figure('webhook.total', totalMs, 'ms', 'and to all deliveries of a webhook'),
    figure('webhook.lease', leaseMs, 'ms', 'lease of a delivery on its call'),
    figure('webhook.holds', MOST_HOLDS, 'times', 'a caller is asked to hold on, until a person takes over'),
    figure('server.drain', drainMs, 'ms', 'a server that stops is served as before'),
    figure('live.kept', LIFE_MS, 'ms', 'how long a live call is kept that nothing is heard of'),
    ...deskFigures(),
    figure(
      'import.unnamed',
      MOST_UNNAMED,
      'share',
      'of the customers of a brand; more end only where their number is named',
    ),
    figure(
      'import.last_contracts',
      FEWEST,
      'customers',
      'so many last contracts end by lines only where their number is named, if it is that share too',
    ),
    ...(Object.keys(keepings) as KeepingName[]).map((name) =>
      figure(`keep.${name}`, keep[name], 'days', `kept are ${keepings[name].what}`),
    ),
    figure('keep.tries', TRIES_DAYS, 'days', 'kept are tries, for the total of wrong ones goes by them'),
    figure('account.over', LONGEST_OVER_DAYS, 'days', 'an end may be so long ago, and no longer'),
  ]
}

function entryFigures(brand: Brand, kind: CredentialKind): Figure[] {
  const entry = entryOf(brand, kind)
  if ('digits' in entry) return [figure(`${kind}.digits`, entry.digits, 'digits', `of a ${kind}`)]
  const { from, to } = entry.letters
  return [
    figure(`${kind}.letters.from`, from, 'letters', `at least, of a ${kind}`),
    figure(`${kind}.letters.to`, to, 'letters', `at most, of a ${kind}`),
  ]
}

/** What holds for one brand. `today`: its local day, YYYY-MM-DD. */
export function brandFigures(brand: Brand, today: string): Figure[] {
  const { pins, queues, waits, tail, roll_out, credentials: kinds } = brand
  return [
    figure('phase', phaseOn(brand, today), null, 'phase of the roll-out today'),
    figure('phase.announced', roll_out.announced ?? null, null, 'day from which the PIN is announced'),
    figure('phase.mandatory', roll_out.mandatory ?? null, null, 'day from which nothing is served without it'),
    figure('pin.shown_from', brand.pin_shown_from ?? null, null, 'day from which it can be looked up'),
    ...kinds.flatMap((kind) => [
      ...entryFigures(brand, kind),
      figure(
        `${kind}.own_limit`,
        credentials[kind].ownLimit,
        'tries',
        `wrong in a row, until every ${kind} of the account is dead`,
      ),
      figure(`${kind}.rest`, credentials[kind].restHours, 'h', `a ${kind} of a new SIM or number proves nothing`),
    ]),
    figure('portal.look_up', brand.portal?.look_up ?? null, null, 'log-ins with which customers may look their PIN up'),
    figure('spray.follows', brand.spray.follows, null, 'what follows where many accounts are being guessed at'),
    figure('line.shared', brand.shared_lines, null, 'numbers from which many customers call'),
    figure('pins.still', pins.still.map(String), null, 'digits of PINs from before that are still taken'),
    figure('pins.forbid', pins.forbid, null, 'what a PIN may not be'),
    figure('pins.weak', pins.weak.follows, null, 'what follows from one that would be refused today'),
    figure('pins.weak.by', pins.weak.by ?? null, null, 'day from which it proves nothing'),
    figure(
      'pins.letters',
      pins.letters,
      null,
      'who may order a letter for a forgotten PIN beside the operator; callers: agents too',
    ),
    figure(
      'pins.letters_a_day',
      pins.letters_a_day,
      'orders',
      'by callers within 24 hours, until agents alone take them',
    ),
    figure('pins.first_use', pins.first_use ? 'yes' : 'no', null, 'whether there are codes that only set a PIN'),
    figure('call_code', brand.call_codes ? 'yes' : 'no', null, 'whether a code for one call lets callers in'),
    figure('pin.changed.rests', dangerousOf(brand), null, 'what rests then'),
    figure('call.keying', brand.keying_minutes, 'min', 'callers may key, until a person takes over'),
    figure('queue.most', queues?.most ?? null, 'callers', 'in one queue, until it is full'),
    figure('queue.long', queues?.long_minutes ?? null, 'min', 'a wait that is told before anything is asked'),
    figure('wait.longest', waits?.longest.minutes ?? null, 'min', 'the longest wait'),
    figure('wait.nobody', waits?.nobody.minutes ?? null, 'min', 'the longest wait while no agent is there'),
    figure('tail', tail?.days ?? null, 'days', 'after the last contract, for a few topics'),
    figure('erase.after', brand.erase_after_days, 'days', 'from when it is asked for until an account is erased'),
    ...[...brand.topics.map(({ name }) => name), GENERAL].flatMap((topic) => {
      const name = topic === GENERAL ? null : topic
      const [{ waiting, minutes }, times] = [thresholdOf(brand, name), agentTimesOf(brand, name)]
      return [
        figure(`queue.${topic}.needs_somebody.waiting`, waiting, 'callers', 'who wait, until supervisors are told'),
        figure(
          `queue.${topic}.needs_somebody.minutes`,
          minutes,
          'min',
          'that one of them waits, until supervisors are told',
        ),
        figure(`queue.${topic}.ring`, times.ring_seconds, 's', "an agent's phone rings"),
        figure(`queue.${topic}.wrap_up`, times.wrap_up_seconds, 's', 'a wrap-up lasts'),
      ]
    }),
  ]
}
