/** What `before:` lines of a transcript may say. */
const forms = [
  'locked BRAND NUMBER',
  'failed BRAND NUMBER TRIES',
  'line BRAND FROM TRIES',
  'customer BRAND COLUMN=VALUE …',
  'ended BRAND NUMBER',
  'code BRAND NUMBER CODE',
  'waiting QUEUE CALLERS',
  'waiting QUEUE CALLERS MINUTES',
  'agent QUEUE …',
  'ticket BRAND NUMBER TOPIC TICKET',
  'merged BRAND NUMBER TICKET INTO',
  'outage lookup N',
  'outage check N',
  'outage line N',
  'outage ticket N',
  'outage entry N',
  'outage change N',
  'outage letter N',
  'meanwhile locked N',
  'meanwhile changed N',
  'notice BRAND TOPIC TEXT …',
  'hours BRAND DAY closed|HH:MM-HH:MM TEXT …',
]

/** A sentence that names what is not understood. */
export function unknown(line: string): Error {
  return new Error(`'before: ${line}' is not known; write one of: ${forms.join(', ')}.`)
}
