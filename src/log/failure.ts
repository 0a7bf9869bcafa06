/** Classes of errors whose messages are written to be read. All others may quote what they were given. */
export const errorsForPeople: ReadonlySet<string> = new Set([
  'AccountError',
  'AccountEventError',
  'AgentError',
  'ConfigError',
  'FlowError',
  'HoursError',
  'IncidentError',
  'KeyError',
  'KeyFileError',
  'KeysError',
  'LabError',
  'MetricsPortError',
  'MissingKey',
  'NoBrand',
  'NoFolder',
  'NoRedisAddress',
  'NotPacked',
  'NoticeError',
  'PinError',
  'PublishedDemo',
  'RedisUnreachable',
  'ServerRefused',
  'SprayError',
  'StepTypeError',
  'StoreInUse',
  'StoreUnreachable',
  'StoreUnusable',
  'TicketError',
  'TokenError',
  'UnreadableFile',
  'WrongEdge',
  'WrongKey',
])

/** Why a start or a command failed, in words that say what to do; what nobody expected comes with its stack, for a bug report. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return `Something went wrong: ${String(error)}\n`
  const code = 'code' in error ? String(error.code) : ''
  if (errorsForPeople.has(error.name)) return `${error.message}\n`
  if (code === 'EADDRINUSE')
    return 'The port is in use, perhaps by another Rufpass: stop that one, or set PORT to another.\n'
  if (code === 'EADDRNOTAVAIL') return 'HOST is no address of this machine: set it to one, or leave it out.\n'
  if (code === 'EACCES') return `${error.message}: choose a place or port that this user may use.\n`
  return `Something went wrong that should not have: ${error.stack ?? error.message}\n`
}
