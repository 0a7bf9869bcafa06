import type { Claim } from './call.ts'

/** Whether the account may be proved for a topic (null: none was chosen): after its last contract only for some (R42). */
export function covers(claim: { topics?: Claim['topics'] | undefined } | null, topic: string | null): boolean {
  return claim?.topics === undefined || (topic !== null && claim.topics.includes(topic))
}
