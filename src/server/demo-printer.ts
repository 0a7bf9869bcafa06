/**
 * The printer of a try-out: letters that customers ordered because they forgot their PIN are made from time to time and lie in the tray, as a post box
 * would have them. Its key is in memory alone. Where real customers are called, there is none: `pins issue --forgotten` makes the letters. Nor is there one
 * beside a Postgres without the demo, which a server for real customers may have too: their letters would be taken from it and read here.
 */
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { policyOf } from '../auth/pin-policy.ts'
import { isTryout, type ServerPlace } from '../config/tryout.ts'
import { ordersLetters } from '../flow/second-lock.ts'
import type { Closable } from '../seams/closable.ts'
import type { Log } from '../seams/log.ts'
import type { Tray } from '../simulator/tray.ts'
import { handedOver, lettersFor } from '../store/letters/hand-over.ts'
import { issuePins } from '../store/letters/issue.ts'
import { sealTo } from '../store/letters/seal.ts'
import type { Deps } from './deps.ts'
import type { Demo } from './open-demo.ts'

/** How often it looks for orders, ms: no longer than somebody waits for a letter who plays with it. */
const EVERY_MS = 5_000

type Parts = Pick<Deps, 'hotlines' | 'database' | 'verifier' | 'clock'>

/** Null outside of a try-out, whatever tray there is, and where the orders may be those of real customers. */
export function openDemoPrinter(
  config: ServerPlace,
  deps: Parts,
  { tray, demo, log }: { tray: Pick<Tray, 'post'> | undefined; demo: Demo | null; log: Pick<Log, 'error'> },
): (Pick<Closable, 'close'> & { round(): Promise<void> }) | null {
  if (tray === undefined || !isTryout(config)) return null
  if (demo === null && deps.database.kind !== 'embedded') return null
  const print = createPrinter(deps, tray)
  let running: Promise<void> | null = null
  const round = (): Promise<void> => {
    running ??= print()
      .catch((err: unknown) =>
        log.error({ err }, 'the letters of the demo could not be printed; the next round tries again'),
      )
      .finally(() => {
        running = null
      })
    return running
  }
  const timer = setInterval(() => void round(), EVERY_MS).unref()
  return {
    round,
    async close() {
      clearInterval(timer)
      await running
    },
  }
}

function createPrinter({ hotlines, database: { db }, verifier, clock }: Parts, tray: Pick<Tray, 'post'>) {
  const identity = generateX25519Identity()
  return async (): Promise<void> => {
    const [decrypter, printer] = [new Decrypter(), await identityToRecipient(await identity)]
    decrypter.addIdentity(await identity)
    for (const { brand } of hotlines.byBrand.values()) {
      if (!ordersLetters(brand, 'agents')) continue
      const wordIn = (language: string): string => brand.words[language]?.pin ?? 'PIN'
      await issuePins(db, {
        ...{ brand: brand.name, policy: policyOf(brand, 'pin'), countryCode: brand.country_code, wordIn },
        ...{ numbers: null, again: false, forgotten: true, printer, seal: sealTo(printer), verifier },
        ...{ hashesAtOnce: 1, now: clock.now() },
      })
      for await (const letters of lettersFor(db, { brand: brand.name, printer })) {
        for (const { id, sealed } of letters) {
          const { name, language, word, pin } = JSON.parse(
            await decrypter.decrypt(Buffer.from(sealed, 'base64'), 'text'),
          ) as Record<'name' | 'language' | 'word' | 'pin', string>
          tray.post({
            id,
            to: name,
            name: brand.words[language]?.brand ?? brand.name,
            language,
            subject: word,
            text: pin,
          })
        }
        await handedOver(
          db,
          letters.map(({ id }) => id),
        )
      }
    }
  }
}
