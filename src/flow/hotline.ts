import type { Level } from '../auth/assurance.ts'
import type { Call, HandOff } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import { type Brand, phaseOn, type Topic } from './brand.ts'
import type { Source } from './files/source.ts'
import type { Flow } from './flow.ts'
import type { Line, OfBrand } from './step.ts'

/** How a line becomes words. */
export interface Words {
  /** Throws if the prompt or a variable is missing: a wrong prompt must never be spoken as its key. */
  speak(language: string, line: Line): Spoken
  /** Whether there is such a prompt; those that every hotline must have are there. */
  has(language: string, key: string): boolean
}

/** All that decides a call: a brand, the flow it uses, and its words. */
export interface Hotline {
  brand: Brand
  /** The brand's file, for findings. */
  source: Source
  flow: Flow
  words: Words
}

/** The topic of that name, or undefined. */
export function topicOf({ brand }: OfBrand, name: string | null): Topic | undefined {
  return brand.topics.find((topic) => topic.name === name)
}

/** The queue without customer data; no topic may have this name. */
export const GENERAL = 'general'

/** Queue names carry brand and topic and nothing about a person. */
export function queueName(brand: string, topic: string | null): string {
  return `${brand}.${topic ?? GENERAL}`
}

/** The topic of a queue; null for the one without customer data. */
export function topicOfQueue(brand: string, queue: string): string | null {
  const topic = queue.slice(brand.length + 1)
  return topic === GENERAL ? null : topic
}

/** The topic of the queue that a call was handed to, and before that what the caller chose. */
export function aboutOf({ brand, topic, handOff }: Pick<Call, 'brand' | 'topic' | 'handOff'>): string | null {
  return handOff?.to.kind === 'queue' ? topicOfQueue(brand, handOff.to.queue) : topic
}

/**
 * What a queue or number asks of everyone who is handed to it, whatever the flow says. The general queue has no customer
 * data and asks for nothing. A topic's queue asks for what the topic needs; before the PIN is mandatory a keyed number
 * is enough (R17, decision F). A number asks for what the brand says. Null: this brand has no such queue or number.
 */
export function levelAskedBy({ brand }: OfBrand, to: HandOff['to'], today: string): Level | null {
  if (to.kind === 'number') {
    const needs = Object.values(brand.transfers).flatMap((transfer) =>
      transfer.number === to.number ? [transfer.needs] : [],
    )
    return needs.length === 0 ? null : (Math.max(...needs) as Level)
  }
  const topic = brand.topics.find(({ name }) => queueName(brand.name, name) === to.queue)
  if (!topic) return to.queue === queueName(brand.name, null) ? 0 : null
  return topic.needs === 2 && phaseOn(brand, today) !== 'mandatory' ? 1 : topic.needs
}
