#!/usr/bin/env node
/**
 * The `rufpass` command. Each group of commands lives in a file of its own, loaded only when it is asked for, so that
 * help is there at once. Imports whatever its commands need; nothing imports it.
 */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { packageVersion } from '../config/package-root.ts'
import { help } from './help.ts'

interface Group {
  name: string
  about: string
  load(program: Command): Promise<void>
}

/** A new group is one row. `load` adds the command of that name, with everything below it. */
const groups: readonly Group[] = [
  {
    name: 'init',
    about: 'flows, a brand and prompts of your own, in a new folder',
    load: async (program) => (await import('./init.ts')).registerInit(program),
  },
  {
    name: 'start',
    about: 'start the server',
    load: async (program) => (await import('./start.ts')).registerStart(program),
  },
  {
    name: 'doctor',
    about: 'what is wrong with this installation, and what to do about it',
    load: async (program) => (await import('./doctor.ts')).registerDoctor(program),
  },
  {
    name: 'call',
    about: 'call a hotline from this terminal, without a Twilio account',
    async load(program) {
      const [{ registerCall }, { callDependencies }] = await Promise.all([
        import('./call.ts'),
        import('./local-server.ts'),
      ])
      registerCall(program, callDependencies())
    },
  },
  {
    name: 'calls',
    about: 'a code that lets one call in without number and PIN',
    async load(program) {
      const [{ registerCalls }, { openCallCodes }] = await Promise.all([
        import('./calls.ts'),
        import('./open-store.ts'),
      ])
      registerCalls(program, openCallCodes)
    },
  },
  {
    name: 'demo',
    about: 'the customers of the try-out, by what a call of theirs shows',
    load: async (program) => (await import('./demo.ts')).registerDemo(program),
  },
  {
    name: 'accounts',
    about:
      'take customers over from a file, show, lock, unlock, end or erase one of them, tell what happened to them, and look for what outlived its contract',
    async load(program) {
      const [
        { registerAccounts },
        { registerAccountActs },
        { registerAccountEvents },
        { registerErasure },
        { registerAudit },
        opened,
        { openCommandStore },
      ] = await Promise.all([
        import('./accounts-import.ts'),
        import('./account-acts.ts'),
        import('./account-events.ts'),
        import('./account-erasure.ts'),
        import('./accounts-audit.ts'),
        import('./open-store.ts'),
        import('./command-store.ts'),
      ])
      registerAccounts(program, opened.openImport)
      registerAccountActs(program, openCommandStore)
      registerAccountEvents(program, opened.openAccountEvents)
      registerErasure(program, opened.openErasures)
      registerAudit(program, openCommandStore)
    },
  },
  {
    name: 'agents',
    about: 'who may sit at the desk, and with which password',
    async load(program) {
      const [{ registerAgents }, { openAgents }, { askPassword }] = await Promise.all([
        import('./agents.ts'),
        import('./open-store.ts'),
        import('./ask-password.ts'),
      ])
      registerAgents(program, {
        open: openAgents,
        askPassword: () => askPassword({ input: process.stdin, out: process.stderr }),
        out: (line) => void process.stdout.write(`${line}\n`),
      })
    },
  },
  {
    name: 'tokens',
    about: 'what other systems may do by the API',
    async load(program) {
      const [{ registerTokens }, { openTokens }] = await Promise.all([import('./tokens.ts'), import('./open-store.ts')])
      registerTokens(program, openTokens, {
        out: (line) => void process.stdout.write(`${line}\n`),
        err: (line) => void process.stderr.write(`${line}\n`),
      })
    },
  },
  {
    name: 'flows',
    about: 'check the flows and brands, and see how long calls take',
    load: async (program) => (await import('./flows.ts')).registerFlows(program),
  },
  {
    name: 'policy',
    about: 'every figure in force: tries, locks, times and limits',
    load: async (program) => (await import('./policy.ts')).registerPolicy(program),
  },
  {
    name: 'lab',
    about: 'what the lock and the rules for PINs are worth against attackers, played and reckoned',
    load: async (program) => (await import('./lab.ts')).registerLab(program),
  },
  {
    name: 'events',
    about: 'read the record of verifications, hand-offs and readings',
    load: async (program) => (await import('./events.ts')).registerEvents(program),
  },
  {
    name: 'retention',
    about: 'for how long each table keeps its rows, and which go next',
    async load(program) {
      const [{ registerRetention }, { openCommandStore }] = await Promise.all([
        import('./retention.ts'),
        import('./command-store.ts'),
      ])
      registerRetention(program, openCommandStore)
    },
  },
  {
    name: 'notice',
    about: 'tell callers something for the time being',
    async load(program) {
      const [{ registerNotice }, { openNotices }] = await Promise.all([
        import('./notice.ts'),
        import('./open-store.ts'),
      ])
      registerNotice(program, openNotices)
    },
  },
  {
    name: 'hours',
    about: 'open or close a hotline on one day unlike on others',
    async load(program) {
      const [{ registerHours }, { openHours }] = await Promise.all([import('./hours.ts'), import('./open-store.ts')])
      registerHours(program, openHours)
    },
  },
  {
    name: 'spray',
    about: 'guesses at many accounts at once: what is on, begun and ended',
    async load(program) {
      const [{ registerSpray }, { openSprays }] = await Promise.all([import('./spray.ts'), import('./open-store.ts')])
      registerSpray(program, openSprays)
    },
  },
  {
    name: 'incident',
    about: 'what happened to customers, for agents who are asked "was I hacked?"',
    async load(program) {
      const [{ registerIncident }, { openIncidents }] = await Promise.all([
        import('./incident.ts'),
        import('./open-store.ts'),
      ])
      registerIncident(program, openIncidents)
    },
  },
  {
    name: 'tickets',
    about: 'what customers reported by other channels',
    async load(program) {
      const [{ registerTickets }, { openTickets }] = await Promise.all([
        import('./tickets.ts'),
        import('./open-store.ts'),
      ])
      registerTickets(program, openTickets)
    },
  },
  {
    name: 'queue',
    about: 'whether those who waited were served in their order',
    load: async (program) => (await import('./queue.ts')).registerQueue(program),
  },
  {
    name: 'pins',
    about: 'random PINs by post, in letters that the printer alone can open',
    async load(program) {
      const [{ registerPins }, { openPins }] = await Promise.all([import('./pins.ts'), import('./open-store.ts')])
      registerPins(program, openPins, {
        out: (line) => void process.stdout.write(`${line}\n`),
        err: (line) => void process.stderr.write(`${line}\n`),
        now: () => new Date(),
      })
    },
  },
  {
    name: 'portal',
    about: 'serve the portal alone, where customers may look their PIN up',
    load: async (program) => (await import('./portal.ts')).registerPortal(program),
  },
  {
    name: 'keys',
    about: 'make keys, put every PIN under a new one, and see which are still needed',
    load: async (program) => (await import('./keys.ts')).registerKeys(program),
  },
  {
    name: 'twilio',
    about: 'what to set up at Twilio',
    load: async (program) => (await import('./twilio.ts')).registerTwilio(program),
  },
]

const EXAMPLES = `
Examples:
  rufpass init our-hotline                    a folder with flows of your own
  rufpass call --to rheinnetz                 phone a demo hotline from here
  rufpass accounts import customers.csv       take customers over
  rufpass doctor                              what is wrong here, and what to do
  rufpass keys new >> .env                    keys and a token for a new installation
  rufpass COMMAND --help                      all there is to a command

Settings come from the environment and from .env in the current directory; .env.example lists them.`

/** Runs one command line (without node and script). Resolves with the exit code: 0 done, 1 failed; commands may have others. */
export async function run(args: readonly string[]): Promise<number> {
  const program = new Command('rufpass')
    .description('Answers a hotline, finds out whether the caller is the customer, and hands the call to an agent.')
    .version(packageVersion())
    .addHelpText('after', EXAMPLES)
    .configureHelp(help)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
  const [wanted] = args.filter((arg) => arg !== 'help' && !arg.startsWith('-'))
  // Commander gives the general help for a command that is not there, as if it were right.
  const isKnown = wanted === undefined || groups.some(({ name }) => name === wanted)
  for (const group of groups) {
    if (group.name === wanted) await group.load(program)
    else program.command(group.name).description(group.about)
  }
  try {
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(isKnown ? [...args] : [wanted], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    // Commander has already said what was wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode
    const { explainFailure } = await import('../log/failure.ts')
    process.stderr.write(explainFailure(error))
    return 1
  }
}

function isMain(): boolean {
  const script = process.argv[1]
  return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)
}

if (isMain()) {
  // A reader that has seen enough (`rufpass events list | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  process.exitCode = await run(process.argv.slice(2))
}
