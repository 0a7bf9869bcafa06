/**
 * Runs one `rufpass` command after another, each as a process of its own would: with nothing but its settings, in a folder of
 * its own, its texts gathered. A command is over when nothing keeps this process alive that did not before.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { run } from '../../../dist/src/cli/rufpass.js'

const texts = { out: '', err: '' }
gather(process.stdout, 'out')
gather(process.stderr, 'err')

process.on('message', async ({ args, settings, folder }) => {
  Object.assign(texts, { out: '', err: '' })
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, settings)
  process.chdir(folder)
  process.exitCode = undefined
  const before = kept()
  const code = await run(args)
  while (kept() > before) await pause(1)
  process.send({ code, ...texts })
  process.exitCode = undefined
})
process.on('disconnect', () => process.exit())

/** How many things keep this process alive. What has been read of a file as a blob is told as one, and is none. */
function kept() {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'FileHandleReadWrap').length
}

/** What is written to a stream of this process becomes part of the answer. */
function gather(stream, name) {
  stream.write = (piece, encoding, callback) => {
    texts[name] += piece
    const done = typeof encoding === 'function' ? encoding : callback
    if (done) queueMicrotask(done)
    return true
  }
}
