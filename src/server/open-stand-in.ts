import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { packageRoot } from '../config/package-root.ts'
import { drawBrand, standingIn } from '../hotlines/draw-flow.ts'
import type { Log } from '../seams/log.ts'
import { createStandIn, type StandIn } from '../simulator/exchange/stand-in.ts'
import { type Deps, systemClock } from './deps.ts'
import type { Demo } from './open-demo.ts'

/** The stand-in for a server that this machine reaches at `connectTo`. Only for a try-out: nobody signs in to it. */
export function openStandIn(
  { publicBaseUrl }: Pick<Config, 'publicBaseUrl'>,
  deps: Deps,
  { connectTo, demo, log }: { connectTo: string; demo: Demo | null; log: Log },
): StandIn {
  const { hotlines, keys, agents, live } = deps
  return createStandIn({
    connectTo,
    publicBaseUrl,
    accountSid: keys.twilioAccountSid,
    authToken: keys.twilioAuthTokens[0] ?? '',
    // People at the page live in real time, whatever the clock of the server.
    clock: systemClock,
    hotlines: [...hotlines.byBrand.values()].flatMap(({ brand }) =>
      brand.numbers.map((number) => ({ brand: brand.name, name: nameOf(brand), number })),
    ),
    customers: [...(demo?.customers ?? [])],
    clients: async () =>
      (await agents.list()).flatMap(({ phone, disabled }) => (!disabled && phone.startsWith('client:') ? [phone] : [])),
    async standingOf(callSid) {
      const call = await live.calls.get(callSid)
      return call && standingIn(hotlines, call)
    },
    drawFlow: (brand) => drawBrand(hotlines, brand),
    pagesDir: join(packageRoot(), 'dist', 'pages'),
    log,
  })
}

function nameOf({ name, words }: { name: string; words: Record<string, Record<string, string>> }): string {
  return Object.values(words)[0]?.brand ?? name
}
