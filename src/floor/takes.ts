import { topicOfQueue } from '../flow/hotline.ts'
import type { Agent } from '../seams/agents.ts'
import type { Kind } from '../seams/waiting.ts'

/** Whether an agent takes callers like this one. */
export function takes(
  agent: Pick<Agent, 'brands' | 'topics' | 'languages'>,
  { brand, queue, language }: Kind,
): boolean {
  const topic = topicOfQueue(brand, queue) ?? 'general'
  return agent.brands.includes(brand) && agent.topics.includes(topic) && agent.languages.includes(language)
}
