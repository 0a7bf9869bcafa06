/**
 * What is counted of a running server, for Prometheus: the table of all metrics, with the labels that each has. No label is of a
 * person: no number, no call, no account, no agent. This folder imports the seams, `call` and `auth`, and it alone prom-client.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** All labels that there are. Their values are names out of brand files, and words of the code. */
export const labels = [
  'brand',
  'queue',
  'route',
  'outcome',
  'result',
  'door',
  'credential',
  'tier',
  'kind',
  'why',
  'limit',
  'store',
  'pool',
  'state',
  'reading',
  'table',
] as const
type Label = (typeof labels)[number]

/**
 * Of webhooks, s. A caller hears nothing meanwhile; answers that tell of accounts come on a grid of 250 ms, and 6 s is the usual deadline
 * (`seams/patience.ts`).
 */
const WEBHOOK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 10]
/** Of a statement, an operation of Redis, a request to Twilio, s. */
const ASKED_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** With a registry of its own, so that several servers in one process count apart. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const counter = <Of extends Label>(name: string, help: string, labelNames: readonly Of[]) =>
    new Counter<Of>({ name, help, labelNames, registers })
  const gauge = <Of extends Label>(name: string, help: string, labelNames: readonly Of[]) =>
    new Gauge<Of>({ name, help, labelNames, registers })
  const histogram = <Of extends Label>(name: string, help: string, labelNames: readonly Of[], buckets: number[]) =>
    new Histogram<Of>({ name, help, labelNames, buckets, registers })
  return {
    registry,
    webhookSeconds: histogram(
      'rufpass_webhook_seconds',
      'From the arrival of a webhook to its answer.',
      ['route'],
      WEBHOOK_BUCKETS,
    ),
    webhooks: counter('rufpass_webhooks_total', 'Webhooks by route, and what was answered or why it was refused.', [
      'route',
      'outcome',
    ]),
    calls: counter('rufpass_calls_total', 'Calls that ended, by what came of the proof.', ['brand', 'outcome']),
    handOffs: counter('rufpass_hand_offs_total', 'Hand-offs, by what had come of the proof.', ['brand', 'outcome']),
    turnedAway: counter('rufpass_turned_away_total', 'Callers who were put into no queue, by the reason.', [
      'brand',
      'why',
    ]),
    unserved: counter('rufpass_unserved_total', 'Waits that ended without an agent.', ['brand', 'why']),
    events: counter('rufpass_events_total', 'Lines of the record of events that came from this server.', ['kind']),

    verifies: counter('rufpass_verifies_total', 'Secrets that were checked, by what the record says of each.', [
      'brand',
      'door',
      'credential',
      'result',
    ]),
    locks: counter('rufpass_locks_total', 'Locks that began, by wrong tries in a row, or by the sum of a year.', [
      'brand',
      'tier',
    ]),
    limits: counter('rufpass_limits_reached_total', 'What was refused because there had been too much of it.', [
      'limit',
    ]),
    portalActs: counter(
      'rufpass_portal_acts_total',
      'Acts of customers in the portal that are counted a day, and whether there was one left.',
      ['kind', 'result'],
    ),
    sprayAlarm: gauge(
      'rufpass_spray_alarm',
      '1: many accounts of the brand are being guessed at, or somebody says so.',
      ['brand'],
    ),
    failingAccounts: gauge(
      'rufpass_failing_accounts',
      'Accounts and unknown numbers on which tries failed in ten minutes.',
      ['brand'],
    ),
    failingTries: gauge('rufpass_failing_tries', 'Tries that failed in ten minutes, of all callers.', ['brand']),
    letters: counter('rufpass_letter_orders_total', 'Orders of a letter with a new PIN.', ['brand', 'result']),

    offers: counter('rufpass_offers_total', 'Offers of a waiting caller to an agent, and tries that found none.', [
      'result',
    ]),
    setAway: counter('rufpass_agents_set_away_total', 'Agents who were made away, by the reason.', ['why']),
    queueWaiting: gauge('rufpass_queue_waiting', 'Callers who wait. Each server says the same.', ['queue']),
    queueLongest: gauge('rufpass_queue_longest_wait_seconds', 'How long the first of them has waited in this call.', [
      'queue',
    ]),
    queueUnattended: gauge('rufpass_queue_unattended', '1: callers wait, and no agent who is there takes them.', [
      'queue',
    ]),
    agentsThere: gauge('rufpass_agents_there', 'Agents who are available or at work, of all brands together.', []),

    messages: counter('rufpass_messages_total', 'Messages to customers, as they left the outbox.', ['result']),
    deliveries: counter('rufpass_message_deliveries_total', 'What Twilio told of text messages afterwards.', [
      'result',
    ]),
    outboxWaiting: gauge('rufpass_outbox_waiting', 'Messages that wait. Each server says the same.', []),
    outboxOldest: gauge('rufpass_outbox_oldest_seconds', 'How long the oldest of them has waited.', []),

    slots: gauge('rufpass_hashing_slots', 'Hashing slots that are in use, and who wait for one.', ['pool', 'state']),
    storeSeconds: histogram(
      'rufpass_store_seconds',
      'How long the database, live calls and Twilio took to answer; `waited`: for a connection to the database, before that.',
      ['store', 'result'],
      ASKED_BUCKETS,
    ),
    storeUp: gauge('rufpass_store_up', '1: the store works, as /health/ready asks it.', ['store']),

    cpuSeconds: counter('process_cpu_seconds_total', 'CPU time of the process, user and system.', []),
    residentBytes: gauge('process_resident_memory_bytes', 'Memory of the process.', []),
    startTime: gauge('process_start_time_seconds', 'When the process began.', []),
    lag: {
      p50: gauge('nodejs_eventloop_lag_p50_seconds', 'How late the event loop was at the median.', []),
      p99: gauge('nodejs_eventloop_lag_p99_seconds', 'How late the event loop was at the 99th percentile.', []),
      max: gauge('nodejs_eventloop_lag_max_seconds', 'How late the event loop was at most.', []),
    },

    findings: gauge('rufpass_account_findings', 'What the last daily check of accounts found.', ['brand', 'kind']),
    auditEnded: gauge('rufpass_account_audit_timestamp_seconds', 'When that check ended.', []),
    retained: counter('rufpass_retention_rows_total', 'Rows that this server has removed because of their age.', [
      'table',
    ]),
    retentionEnded: gauge('rufpass_retention_timestamp_seconds', 'When the last of such runs ended.', []),
    readingFailed: gauge('rufpass_reading_failed', '1: what is read for this page could not be had.', ['reading']),
  }
}

export type Metrics = ReturnType<typeof createMetrics>

/** A value of a label: a word and nothing else. Three digits in a row may be the beginning of a number that somebody has. */
const WORD = /^(?!.*[0-9]{3})[a-z][a-z0-9_.]{0,63}$/

/** Whatever has another form is `other`, so that nothing of a person gets in by a fault somewhere else. */
export function word(value: unknown): string {
  return typeof value === 'string' && WORD.test(value) ? value : 'other'
}
