import type { Command } from 'commander'

/** What the command lists, and where to. */
export interface DemoSurroundings {
  out(line: string): void
}

/** Adds `demo` to the program: the customers of the try-out, from the files that also fill its store. */
export function registerDemo(
  program: Command,
  { out }: DemoSurroundings = { out: (line) => void process.stdout.write(`${line}\n`) },
): void {
  program
    .command('demo')
    .description('lists the customers of the try-out by what a call of theirs shows, with number and PIN')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nA demo outside a try-out has PINs of its own, which its first start told.\n\nExample:\n  rufpass demo | grep rheinnetz',
    )
    .action(async ({ json }: { json?: true }) => {
      const [{ demoCustomers }, { demoRows }, { flowsFolder }, { loadHotlines }] = await Promise.all([
        import('../store/demo-cast.ts'),
        import('../server/demo-rows.ts'),
        import('./flows-folder.ts'),
        import('../hotlines/hotlines.ts'),
      ])
      const { dir, types } = await flowsFolder()
      const { byBrand } = loadHotlines(dir, types)
      const customers = demoCustomers().filter(({ brand }) => byBrand.has(brand))
      if (customers.length === 0) throw new Error('These flows have no brand of the demo, so it has no customers here.')
      for (const line of json ? customers.map((customer) => JSON.stringify(customer)) : demoRows(customers)) out(line)
    })
}
