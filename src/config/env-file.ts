import { parseEnv } from 'node:util'

/**
 * The NAME=value lines of a file as editors save it: UTF-8, with or without a byte order mark. Anything else is refused, for
 * its names would be read as other names, and every setting would silently keep its default.
 * @throws TypeError when it is not UTF-8, or is UTF-16 without a mark, whose every second byte is 0.
 */
export function parseEnvFile(content: Uint8Array): Record<string, string | undefined> {
  if (content.includes(0)) throw new TypeError('The file is not in UTF-8.')
  // The decoder drops the mark. https://encoding.spec.whatwg.org/#utf-8-decode
  return parseEnv(new TextDecoder('utf-8', { fatal: true }).decode(content))
}
