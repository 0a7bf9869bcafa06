/** Errors that are written to be read by people; of all others the class and stack are shown, for a bug report. */
const expected = new Set(['ConfigError', 'FlowError', 'KeyError', 'KeyFileError', 'StoreInUse', 'RedisUnreachable'])

/** Why a start or a command failed, in words that say what to do. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return `Something went wrong: ${String(error)}\n`
  const code = 'code' in error ? String(error.code) : ''
  if (expected.has(error.name)) return `${error.message}\n`
  if (code === 'EADDRINUSE')
    return 'The port is in use, perhaps by another Rufpass: stop that one, or set PORT to another.\n'
  if (code === 'EACCES') return `${error.message}: choose a place or port that this user may use.\n`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return `A server cannot be reached (${code}): check DATABASE_URL and REDIS_URL, and that both servers run.\n`
  }
  return `Something went wrong that should not have: ${error.stack ?? error.message}\n`
}
