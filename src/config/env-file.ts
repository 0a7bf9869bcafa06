import { parseEnv } from 'node:util'

/**
 * The NAME=value lines of a file as editors save it: UTF-8, with or without a byte order mark. Anything else is refused, for
 * its names would be read as other names, and every setting would silently keep its default.
 * @throws TypeError when it is not UTF-8.
 */
export function parseEnvFile(content: Uint8Array): Record<string, string | undefined> {
  // The decoder drops the mark. https://encoding.spec.whatwg.org/#utf-8-decode
  return parseEnv(new TextDecoder('utf-8', { fatal: true }).decode(content))
}
