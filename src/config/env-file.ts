import { parseEnv } from 'node:util'

/** The code of what `textOf` throws: the decoder's own. https://nodejs.org/api/errors.html#err_encoding_invalid_encoded_data */
export const NOT_UTF_8 = 'ERR_ENCODING_INVALID_ENCODED_DATA'

/**
 * The NAME=value lines of a file as editors save it: UTF-8, with or without a byte order mark. Anything else is refused, for
 * its names would be read as other names, and every setting would silently keep its default.
 * @throws TypeError as `textOf`.
 */
export function parseEnvFile(content: Uint8Array): Record<string, string | undefined> {
  return parseEnv(textOf(content))
}

/**
 * A file as editors save it, without its byte order mark.
 * @throws TypeError with the code {@link NOT_UTF_8} when it is not UTF-8, or is UTF-16 without a mark, whose every second byte is 0.
 */
export function textOf(content: Uint8Array): string {
  if (content.includes(0)) throw Object.assign(new TypeError('The file is not in UTF-8.'), { code: NOT_UTF_8 })
  // The decoder drops the mark. https://encoding.spec.whatwg.org/#utf-8-decode
  return new TextDecoder('utf-8', { fatal: true }).decode(content)
}
