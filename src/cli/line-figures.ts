/** The figures by which lines are limited, each with what it costs honest callers, read where they stand. */
import { callsAtOnce, type LineLimits, lineLimits, MOST_OF_A_QUEUE } from '../auth/caller-limits.ts'
import { KNOWN_FOR_MS, LINES_OF_A_CUSTOMER, type Pool, servicePools } from '../auth/service-limits.ts'
import { type Figure, figure } from './figure.ts'

const lines: Record<keyof typeof lineLimits, string> = {
  caller: 'from one telephone number',
  shared: "from one of the brand's shared_lines",
  withheld: 'from all withheld numbers together',
  block: 'from all numbers that differ in their last three digits alone',
}

const pools: Record<keyof typeof servicePools, string> = {
  strangers: 'from all other telephone numbers together that have proved nobody of late',
  known: 'from all telephone numbers together that have proved a customer of late',
}

const COSTS = 'what that costs honest callers'

export function lineFigures(): Figure[] {
  return [
    ...Object.entries(lineLimits).flatMap(([kind, limits]) => triesFrom(kind as keyof typeof lineLimits, limits)),
    ...Object.entries(callsAtOnce).flatMap(([kind, { most, costs }]) => [
      figure(
        `line.${kind}.calls`,
        most,
        'calls',
        `at once behind the menu, ${lines[kind as keyof typeof callsAtOnce]}`,
      ),
      figure(`line.${kind}.calls.costs`, costs, null, COSTS),
    ]),
    figure(
      'line.calls.forgotten',
      callsAtOnce.caller.withinMs,
      'ms',
      'a call whose end nobody has told counts so long',
    ),
    figure(
      'line.calls.of_a_queue',
      MOST_OF_A_QUEUE,
      'share',
      'of a queue that a brand limits; no line has more places',
    ),
    ...Object.entries(servicePools).flatMap(([kind, pool]) => triesOfAll(kind as keyof typeof servicePools, pool)),
    figure('line.service.known.lasts', KNOWN_FOR_MS, 'ms', 'so long a line counts as one that has proved a customer'),
    figure(
      'line.service.known.of_a_customer',
      LINES_OF_A_CUSTOMER,
      'lines',
      'that count so for one customer, the first ones',
    ),
  ]
}

function triesFrom(kind: keyof typeof lineLimits, { failures, accounts, costs }: LineLimits): Figure[] {
  const of = (what: string): string => `line.${kind}.${what}`
  return [
    figure(of('failures'), failures.most, 'tries', `in vain ${lines[kind]}, until nothing from there is checked`),
    figure(of('failures.window'), failures.withinMs, 'ms', 'within so long'),
    figure(of('accounts'), accounts.most, 'numbers', `on which is tried in vain ${lines[kind]}, until no other is`),
    figure(of('accounts.window'), accounts.withinMs, 'ms', 'within so long'),
    figure(of('costs'), costs, null, COSTS),
  ]
}

function triesOfAll(kind: keyof typeof servicePools, { least, forEachProved, withinMs, costs }: Pool): Figure[] {
  const of = (what: string): string => `line.service.${kind}.${what}`
  return [
    figure(of('least'), least, 'tries', `in vain ${pools[kind]}, until nothing more of them is compared`),
    figure(of('for_each_proved'), forEachProved, 'tries', 'for each customer that was proved, where that is more'),
    figure(of('window'), withinMs, 'ms', 'within so long'),
    figure(of('costs'), costs, null, COSTS),
  ]
}
