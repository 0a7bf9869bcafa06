import type { Command } from 'commander'
import { freshKeys } from '../config/keys.ts'
import { counted } from './counted.ts'
import type { OpenStore } from './open-store.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** A key that cannot be retired. The message says what to do. */
export class KeysError extends Error {
  override readonly name = 'KeysError'
}

type StatusChoices = StoreChoice & { json?: true; needing?: string; brand?: string }

/** How often it is told how far a rotation is, ms. */
const TOLD_EVERY_MS = 5_000

const withStore = using<OpenStore>(async (choice) => (await import('./open-store.ts')).openStore(choice))
const out = (text: string): void => void process.stdout.write(text)

/** Adds `keys new`, `keys status`, `keys rotate` and `keys retire` to the program. */
export function registerKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('make keys, put every PIN under a new one, and see which are still needed')
  keys
    .command('new')
    .description('prints fresh PIN_KEYS, SUBJECT_KEY and API_TOKEN, and stores nothing')
    .addHelpText('after', '\nExample:\n  rufpass keys new >> .env && chmod 600 .env')
    .action(() => {
      for (const [name, value] of Object.entries(freshKeys())) out(`${name}=${value}\n`)
    })
  keys
    .command('status')
    .description('what in the store still needs which key, which may be removed, and what to do next')
    .option('--json', 'for programs')
    .option('--needing <key>', 'prints the customer numbers whose PIN or PUK needs this key, one a line')
    .option('--brand <name>', 'with --needing: whose customers')
    .option(...DATABASE)
    .action((choices: StatusChoices) => withStore(choices, (store) => status(store, choices)))
  keys
    .command('rotate')
    .description('puts every stored PIN under the first key of PIN_KEYS, without knowing any PIN')
    .option(...DATABASE)
    .addHelpText('after', ROTATION)
    .action((choices: StoreChoice) => withStore(choices, rotate))
  keys
    .command('retire')
    .description('forgets the former PINs that need an older key, where nothing else does: then it can go')
    .argument('<key>', 'its name in PIN_KEYS')
    .option(...DATABASE)
    .action((kid: string, choices: StoreChoice) => withStore(choices, (store) => retire(store, kid)))
}

async function status(
  { db, kids, lookUpRecipient }: OpenStore,
  { json, needing, brand }: StatusChoices,
): Promise<void> {
  const [{ customersNeeding, keysNeeded }, { countBelow }, { statusOf, textOf }] = await Promise.all([
    import('../store/keys-needed.ts'),
    import('../store/key-rotation.ts'),
    import('./keys-status.ts'),
  ])
  if (needing !== undefined) {
    if (brand === undefined) throw new KeysError('Name the brand, too: --brand NAME.')
    for (const number of await customersNeeding(db, needing, brand)) out(`${number}\n`)
    return
  }
  const [current = ''] = kids
  const toRotate = await countBelow(db, current)
  const told = statusOf(await keysNeeded(db), { kids, toRotate, recipient: lookUpRecipient })
  out(json ? `${JSON.stringify(told)}\n` : textOf(told))
  if (told.pinKeys.some(({ state }) => state === 'missing')) process.exitCode = 2
}

async function rotate({ db, verifier, currentKid }: OpenStore): Promise<void> {
  const { countBelow, rotateKeys } = await import('../store/key-rotation.ts')
  const all = await countBelow(db, currentKid)
  let said = performance.now()
  const { wrapped, left } = await rotateKeys(db, verifier, currentKid, (done) => {
    if (performance.now() - said < TOLD_EVERY_MS) return
    said = performance.now()
    process.stderr.write(`${done.toLocaleString('en')} of about ${all.toLocaleString('en')} put under ${currentKid}.\n`)
  })
  const done = `${counted(wrapped, 'PIN or PUK', 'PINs and PUKs')} put under ${currentKid}`
  if (left > 0) {
    out(`${done}; ${left.toLocaleString('en')} were made under another key meanwhile.\n`)
    process.stderr.write(
      'A server or an import still runs with the PIN_KEYS from before: restart it with these, then run this again.\n',
    )
    process.exitCode = 2
    return
  }
  out(
    `${done}; all are under it now. Done.\nKeep the older keys in PIN_KEYS: rufpass keys status says what still needs them.\n`,
  )
}

async function retire({ db, kids }: OpenStore, kid: string): Promise<void> {
  const { forgetFormer, keysNeeded } = await import('../store/keys-needed.ts')
  if (!kids.includes(kid)) throw new KeysError(`PIN_KEYS has no key ${kid}. It has: ${kids.join(', ')}.`)
  if (kid === kids[0]) throw new KeysError(`${kid} is the current key: put a new one before it, and rotate first.`)
  const { inForce = 0, cleared = 0, posted = 0 } = (await keysNeeded(db)).pinKeys.get(kid) ?? {}
  const needing = inForce + cleared + posted
  if (needing > 0)
    throw new KeysError(
      `${counted(needing, 'secret')} in force or by post still ${needing === 1 ? 'needs' : 'need'} ${kid}, and nothing was forgotten. See: rufpass keys status.`,
    )
  const forgotten = await forgetFormer(db, kid)
  out(
    `${counted(forgotten, 'former PIN')} forgotten. Nothing needs ${kid}: take it out of PIN_KEYS of every server and command, keep it as long as your backups, and restart.\n`,
  )
}

const ROTATION = `
Do this when a key may have been seen, or once a year:
  1. rufpass keys new       prints a key; put it before the others: PIN_KEYS=new:…,old:…
  2. restart every server   they check PINs under either key from now on
  3. rufpass keys rotate    may be interrupted and run again; calls go on meanwhile
  4. rufpass keys status    until nothing needs the old key: then it can be taken out

It ends with 2 where something was made under another key meanwhile.`
