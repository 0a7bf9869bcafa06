/**
 * `npm run dev`: the server from its sources, started again whenever one of them changes, and the pages built again likewise.
 * Ends, with both, by Ctrl+C. Types are not checked here.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

// From here on the pages in `dist` are not those that the build says it was made from: the next build makes all of it again.
rmSync('dist/made-from', { force: true })

const start = (...args) => spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })

const both = [
  start('node_modules/vite/bin/vite.js', 'build', 'src/page', '--watch'),
  start(
    '--watch',
    '--watch-preserve-output',
    '--no-warnings',
    '--import',
    './test/support/typescript.mjs',
    'src/main.ts',
  ),
]
const end = () => {
  for (const one of both) one.kill('SIGTERM')
}
for (const one of both) one.once('exit', end)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end)
