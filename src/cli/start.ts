import type { Command } from 'commander'

/** Adds `start` to the program: the server of this folder, as `npm start` of Rufpass itself runs it. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('starts the server with the settings of this folder; Ctrl+C ends it')
    .action(async () => {
      await import('../main.ts')
    })
}
