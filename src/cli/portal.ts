import type { Command } from 'commander'

const AFTER = `
It has settings of its own, in a folder of its own: PORT, HOST, DATABASE_URL with a role that may read
the sealed copies, PORTAL_JWKS, PORTAL_ISSUER, PORTAL_AUDIENCE, PIN_KEYS, SUBJECT_KEY and
LOOKUP_IDENTITY, the private key. It does not start with any with which it could serve the voice too,
and the voice service does not start with LOOKUP_IDENTITY. docs/portal.md#look-up has every step.`

/** Adds `portal` to the program: the portal API alone, with the key that opens the copies of PINs. */
export function registerPortal(program: Command): void {
  program
    .command('portal')
    .description('serves the portal alone, where customers may look their PIN up; Ctrl+C ends it')
    .addHelpText('after', AFTER)
    .action(async () => {
      const [{ loadPortalProcess }, { servePortal }, { createLog }, { outliveRejections }] = await Promise.all([
        import('../config/portal-process.ts'),
        import('../server/portal-process.ts'),
        import('../log/log.ts'),
        import('../log/rejections.ts'),
      ])
      const config = loadPortalProcess()
      const log = createLog({ level: config.logLevel })
      outliveRejections(log)
      const running = await servePortal(config, { log })
      const ended = new Promise<void>((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
      })
      process.stdout.write(`The portal listens on port ${running.port}, with the key that opens the copies of PINs.\n`)
      await ended
      await running.stop()
    })
}
