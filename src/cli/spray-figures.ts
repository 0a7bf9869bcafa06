/** What `rufpass policy` says of guesses at many accounts. */
import { sprayRule } from '../auth/spray.ts'
import { SPRAY_PACE } from '../turn/answer-time.ts'
import { LOOK_MS } from '../turn/sprays.ts'
import { type Figure, figure } from './figure.ts'

/** Guesses at many accounts, of all callers of a brand or of the service together. */
export function sprayFigures(): Figure[] {
  const { windowMs, times, accounts, still, calmMs, restMs, longestMs, tries, accountsPerFailure, weeks } = sprayRule
  return [
    figure('spray.window', windowMs, 'ms', 'failures of all callers are counted in any span of so long'),
    figure('spray.times', times, 'times', 'what is usual at that hour, and it is an alarm'),
    figure('spray.accounts', accounts, 'accounts', 'and unknown numbers on which tries fail then, at least'),
    figure('spray.usual.weeks', weeks.needed, 'weeks', 'until the same hour of weeks before says what is usual'),
    figure('spray.usual.customers', accountsPerFailure, 'customers', 'for each failure that is usual until then'),
    figure('spray.still.times', still.times, 'times', 'it goes on from so many on'),
    figure('spray.still.accounts', still.accounts, 'accounts', 'and so many'),
    figure('spray.ends', calmMs, 'ms', 'after the figures were that high last it is over'),
    figure('spray.rests', restMs, 'ms', 'so long figures begin none where a person has ended one'),
    figure('spray.longest', longestMs, 'ms', 'that a person can order at a time'),
    figure('spray.looks', LOOK_MS, 'ms', 'between two looks of a server at the figures'),
    figure(
      'spray.tries',
      tries,
      'tries',
      'secrets that one call may try while it is on, where the brand lets that follow',
    ),
    figure('spray.answer.grid', SPRAY_PACE.gridMs, 'ms', 'grid on which answers about accounts leave then'),
    figure('spray.answer.at_least', SPRAY_PACE.atLeastMs, 'ms', 'the earliest of them then'),
    figure(
      'spray.costs',
      'who mistypes once is put through without their data, or calls again; each number and PIN takes up to two seconds longer',
      null,
      'what that costs honest callers',
    ),
  ]
}
