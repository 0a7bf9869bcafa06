import type { Command } from 'commander'
import { freshKeys } from '../config/keys.ts'
import { DATABASE } from './store-choice.ts'

/** Adds `keys new` and `keys rotate` to the program. */
export function registerKeys(program: Command): void {
  const keys = program.command('keys').description('make keys, and put every PIN under a new one')
  keys
    .command('new')
    .description('prints fresh PIN_KEYS, SUBJECT_KEY and API_TOKEN, and stores nothing')
    .addHelpText('after', '\nExample:\n  rufpass keys new >> .env && chmod 600 .env')
    .action(() => {
      for (const [name, value] of Object.entries(freshKeys())) process.stdout.write(`${name}=${value}\n`)
    })
  keys
    .command('rotate')
    .description('puts every stored PIN under the first key of PIN_KEYS, without knowing any PIN')
    .option(...DATABASE)
    .addHelpText('after', ROTATION)
    .action(async (choices: { database?: string }) => {
      const [{ openStore }, { nestAll }] = await Promise.all([
        import('./open-store.ts'),
        import('../store/key-rotation.ts'),
      ])
      const store = await openStore(choices)
      try {
        const wrapped = await nestAll(store.db, store.verifier, store.currentKid)
        process.stdout.write(
          `${wrapped.toLocaleString('en')} PINs and PUKs put under ${store.currentKid}; all are under it now.\n` +
            'Keep the older keys in PIN_KEYS: a PIN needs its older key until it has been used once more.\n',
        )
      } finally {
        await store.close()
      }
    })
}

const ROTATION = `
Do this when a key may have been seen, or once a year:
  1. rufpass keys new       prints a key; put it before the others: PIN_KEYS=new:…,old:…
  2. restart every server   they check PINs under either key from now on
  3. rufpass keys rotate    may be interrupted and run again; calls go on meanwhile`
