/**
 * Jest's runtime, but for one thing: a test file and all that it imports are loaded by Node itself, once for a process, and not
 * again for each test file into a context of its own. That was most of what the tests cost. So nothing that a test file leaves
 * behind in a module may matter to the next one.
 *
 * Jest's option `runtime` (https://jestjs.io/docs/configuration#runtime-string).
 */
import '../support/typescript.mjs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import Runtime from 'jest-runtime'
import { useGlobals } from './globals.mjs'

const require = createRequire(import.meta.url)

/** Where jest-circus keeps who listens to it: all who were there for the last file. */
const CIRCUS_HANDLERS = Symbol.for('EVENT_HANDLERS')

export default class NativeRuntime extends Runtime {
  /** Circus has its tests in its module, so each test file gets one of its own. */
  requireInternalModule(path) {
    delete require.cache[path]
    delete globalThis[CIRCUS_HANDLERS]
    return require(path)
  }

  setGlobalsForRuntime(globals) {
    useGlobals(globals)
  }

  unstable_shouldLoadAsEsm() {
    return true
  }

  unstable_importModule(path) {
    // Jest's own way from compiled lines back to those of the sources knows only what Jest has compiled.
    Error.prepareStackTrace = undefined
    process.setSourceMapsEnabled(true)
    return import(pathToFileURL(path).href)
  }
}
