import { levelAskedBy } from '../../flow/hotline.ts'
import { provedBy } from '../environment.ts'
import { type Complaint, type Invariant, lastStep, PROOF, placeOfWay, wayInWords } from './invariant.ts'

/** Level n only after a proof of level n for the account named last: counted by the proof itself, not read from the call. */
export const provedLevel: Invariant = (taken, tools) => [
  ...checksOfOthers(taken, tools),
  ...claims(taken, tools),
  ...handOffs(taken, tools),
]

/** A secret must be checked for the account that was named last, or a caller could prove one and open another. */
const checksOfOthers: Invariant = ({ from, asked }) => {
  const complaints: Complaint[] = []
  let proved = from.proved
  for (const exchange of asked) {
    const { question } = exchange
    if (question.kind === 'verify' && question.claim.subject !== proved.subject) {
      const message =
        'the secret is checked for another account than the one named last; ask with the claim of the call'
      complaints.push({ code: 'level', path: ['steps', from.call.step], message })
    }
    proved = provedBy(proved, exchange)
  }
  return complaints
}

/** The call may not say more than was proved. */
const claims: Invariant = (taken) => {
  const { result, proved } = taken
  if (!result) return []
  const { assurance, claim } = result.call
  const path = ['steps', lastStep(taken)]
  const over = `the call says level ${assurance.level} after ${PROOF[proved.level]} for the account named last; raise it only after a right secret, and drop it at every new number`
  const other = 'the call holds another account than the one named last; leave the claim to identify steps'
  return [
    ...(assurance.level > proved.level ? [{ code: 'level' as const, path, message: over }] : []),
    ...(claim !== null && claim.subject !== proved.subject ? [{ code: 'level' as const, path, message: other }] : []),
  ]
}

const handOffs: Invariant = (taken, { hotline }) => {
  const { result, proved } = taken
  if (!result) return []
  return result.events.flatMap((event): Complaint[] => {
    if (event.kind !== 'handed_off') return []
    const { to, level } = event.handOff
    const { step, today } = result.call
    const asks = levelAskedBy(hotline, to, today) ?? 2
    const name = to.kind === 'queue' ? to.queue : to.number
    const low = `'${step}' says level ${level}, but '${name}' asks for ${PROOF[asks]} (level ${asks}); correct the level here, and lead only such callers here`
    const lacks = `a caller with ${PROOF[proved.level]} comes to '${name}', which asks for ${PROOF[asks > level ? asks : level]}; ${wayInWords(taken, step)}; lead callers here only after that proof`
    return [
      ...(level < asks ? [{ code: 'level' as const, path: ['steps', step, 'level'], message: low }] : []),
      ...(proved.level < asks || proved.level < level
        ? [{ code: 'level' as const, path: placeOfWay(hotline, taken, step), message: lacks }]
        : []),
    ]
  })
}
