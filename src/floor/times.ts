import { agentTimesOf } from '../flow/brand.ts'
import { type Hotline, topicOfQueue } from '../flow/hotline.ts'
import type { Times } from './assignment.ts'

/** The times of a queue, as the file of its brand has them; of a brand that is served no more, what holds without an entry. */
export function timesOf(
  { byBrand }: { byBrand: ReadonlyMap<string, Hotline> },
  { brand, queue }: { brand: string; queue: string },
): Times {
  const of = byBrand.get(brand)?.brand ?? { agent_times: {} }
  const { ring_seconds, wrap_up_seconds } = agentTimesOf(of, topicOfQueue(brand, queue))
  return { ringMs: ring_seconds * 1000, wrapUpMs: wrap_up_seconds * 1000 }
}
