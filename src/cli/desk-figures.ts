/** What `rufpass policy` says of the agents' desk. */
import { SHORTEST } from '../auth/password.ts'
import { NETWORK_KEPT_MS, secondsOf, signInLimits } from '../auth/sign-in-limits.ts'
import { WINDOW_S as SEARCH_S, SEARCHES } from '../desk/books.ts'
import { WHISPER_MS } from '../floor/assignment.ts'
import { WITHOUT_ACCOUNT_MS } from '../seams/notes.ts'
import { LEASE_S } from '../store/floor/presence.ts'
import { IDLE_MS, LONGEST_MS, REFERENCE_MS } from '../store/sessions.ts'
import { type Figure, figure } from './figure.ts'

export function deskFigures(): Figure[] {
  return [
    figure('desk.session.longest', LONGEST_MS, 'ms', 'a session at the desk'),
    figure('desk.session.idle', IDLE_MS, 'ms', 'a session without use'),
    figure('desk.reference', REFERENCE_MS, 'ms', 'a reference for other systems'),
    figure('desk.password', SHORTEST, 'letters', "at least, of an agent's password"),
    figure(
      'desk.wrong.name',
      signInLimits.name.most,
      'tries',
      'wrong sign-ins under one name from one network in a window',
    ),
    figure('desk.wrong.address', signInLimits.address.most, 'tries', 'wrong sign-ins from one network in a window'),
    figure('desk.wrong.window', secondsOf(signInLimits.name), 's', 'that window'),
    figure(
      'desk.wrong.elsewhere',
      signInLimits.elsewhere.most,
      'tries',
      'wrong sign-ins under one name from networks where the agent has not signed in lately',
    ),
    figure('desk.wrong.elsewhere.window', secondsOf(signInLimits.elsewhere), 's', 'in this time'),
    figure('desk.network', NETWORK_KEPT_MS, 'ms', "after the last sign-in there a network is still the agent's"),
    figure('desk.searches', SEARCHES, 'searches', 'of one agent in a window'),
    figure('desk.searches.window', SEARCH_S, 's', 'that window'),
    figure('desk.presence', LEASE_S, 's', 'a page that is not heard for so long is gone'),
    figure('desk.whisper', WHISPER_MS, 'ms', 'an agent who does not take the call after the whisper is away'),
    figure('desk.notes.without_account', WITHOUT_ACCOUNT_MS, 'ms', 'a note on a call without an account is kept'),
  ]
}
