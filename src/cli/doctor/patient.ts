/** The installation that is looked at. What several checks ask about it is asked once. */
import { hostname } from 'node:os'
import type { Config } from '../../config/config.ts'
import { type Examined, examineSettings } from '../../config/examine.ts'
import type { Sources } from '../../config/read-settings.ts'
import { isTryout } from '../../config/tryout.ts'
import type { Hotlines } from '../../hotlines/hotlines.ts'
import { addressTold } from '../../server/running-address.ts'
import type { StoreSeen } from '../../store/look-into.ts'
import type { AccountSeen } from '../../twilio/look-at-account.ts'
import type { RestOptions } from '../../twilio/rest-client.ts'
import { type FlowsSeen, lookAtFlows } from './look-at-flows.ts'
import { askRunning, type RunningServer } from './running.ts'
import { type Visited, visit } from './visit.ts'

export interface Patient {
  settings: Examined
  config: Config
  broken: ReadonlySet<string>
  isTryout: boolean
  now(): Date
  store(): Promise<StoreSeen>
  /** What the process says that has the embedded store open; null: none has, or it is no server that is up. */
  running(): Promise<RunningServer | null>
  flows(): Promise<FlowsSeen>
  /** Null: the flows cannot be read. */
  hotlines(): Promise<Hotlines | null>
  /** Null: nobody but this machine is to reach it. */
  visit(): Promise<Visited | null>
  /** With each of the tokens, in their order; null: no account is asked. */
  accounts(): Promise<AccountSeen[] | null>
  /** With the first token; null: no account is asked. */
  rest(): RestOptions | null
}

export interface PatientOptions extends Sources {
  /** Instead of Twilio's own address. */
  apiUrl?: string
  now?(): Date
}

export function patientOf({ apiUrl, now = () => new Date(), ...sources }: PatientOptions = {}): Patient {
  const settings = examineSettings(sources)
  const { config, broken } = settings
  const {
    keys: { twilioAccountSid: accountSid, twilioAuthTokens: tokens },
    twilioRegion,
    twilioEdge,
  } = config
  const restBy = (authToken: string): RestOptions | null =>
    accountSid === null || config.telephony === 'stand-in'
      ? null
      : {
          accountSid,
          authToken,
          apiUrl,
          ...(twilioRegion === null ? {} : { region: twilioRegion }),
          ...(twilioEdge === null ? {} : { edge: twilioEdge }),
        }
  const flows = once(() => lookAtFlows(config, sources))
  const store = once(async () => (await import('../../store/look-into.ts')).lookIntoStore(config.database))
  return {
    settings,
    config,
    broken,
    isTryout: isTryout(config),
    now,
    flows,
    // Why they cannot be read is a finding of the flows.
    hotlines: () =>
      flows().then(
        ({ hotlines }) => hotlines,
        () => null,
      ),
    store,
    running: once(async () => {
      const seen = await store()
      const told = seen.kind === 'in_use' && seen.host === hostname() ? addressTold(config, seen.pid) : null
      return told === null ? null : askRunning(told.url)
    }),
    visit: once(async () => {
      const isOwn = isTryout(config) && config.publicBaseUrl.startsWith('http:')
      return isOwn ? null : visit(`${config.publicBaseUrl}/health/live`)
    }),
    accounts: once(async () => {
      const options = tokens.map(restBy).filter((each) => each !== null)
      if (options.length === 0) return null
      const { lookAtAccount } = await import('../../twilio/look-at-account.ts')
      return Promise.all(options.map(lookAtAccount))
    }),
    rest: () => (tokens[0] === undefined ? null : restBy(tokens[0])),
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask()
    return asked
  }
}
