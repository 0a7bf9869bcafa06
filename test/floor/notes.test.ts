/** Notes: none is lost however a call ends, each is where its author is told, and those of an account are for those who see it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { type BookParts, createBooks } from '../../src/floor/books.ts'
import type { AssignmentView } from '../../src/floor/view.ts'
import { writingOf } from '../../src/floor/writing.ts'
import type { Assignment } from '../../src/seams/floor.ts'
import type { Draft, NoteOfCall } from '../../src/seams/notes.ts'
import type { Handset } from '../../src/simulator/exchange/handset.ts'
import { addTickets } from '../../src/store/tickets.ts'
import { agentsOf } from '../support/floor.ts'
import { assignmentOf, emptied, talking, waitingCaller } from '../support/floor-scenes.ts'
import { agents, type FloorStand, openFloorStand } from '../support/floor-stand.ts'

const SECRET = 'Kundin weint, Rückruf am Freitag'
const KEEP = { note: SECRET, ticket: 'keep' } as const

let stand: FloorStand
beforeAll(async () => {
  stand = await openFloorStand()
})
afterAll(() => stand.close())
afterEach(async () => {
  for (const name of ['anna', 'ben', 'sam']) await stand.floor.setPresence(name, 'away')
  await emptied(stand)
  expect(stand.logged()).not.toContain('weint')
})

const books = (over: Partial<BookParts> = {}) =>
  createBooks({ ...stand.deps, clock: stand.clock, agents: agentsOf(agents), ...over })
const notes = () => stand.deps.database.db.selectFrom('note').selectAll().orderBy('id').execute()
const drafts = () => stand.deps.database.db.selectFrom('note_draft').selectAll().execute()
const eventsOf = async ({ callSid }: Handset) =>
  (await stand.deps.events.read({ callId: callSid, limit: 1_000 }))
    .filter(({ kind }) => kind === 'note' || kind === 'ticket')
    .map(({ kind, actor, facts }) => [kind, actor, facts])

async function lapse(id: string): Promise<void> {
  const until = JSON.stringify(stand.clock.now().toISOString())
  await sql`UPDATE assignment SET facts = jsonb_set(facts, '{until}', ${until}::jsonb) WHERE id = ${id}`.execute(
    stand.deps.database.db,
  )
}

/** Anna talks to a customer who has proved who they are, or to somebody unknown. */
async function talk(who: 'verified' | 'unknown'): Promise<{ caller: Handset; id: string }> {
  const caller = await (who === 'verified' ? stand.verified() : stand.caller('rheinnetz', '0'))
  await stand.until('they wait', () => caller.view().state === 'waiting')
  const { id } = await talking(stand, 'anna', caller)
  return { caller, id }
}
const over = (name: string) =>
  stand.until('the wrap-up is over', async () => (await stand.view(name)).assignment === null)

describe('what an agent has written', () => {
  it('is a draft that every page of the agent gets, and a note when the wrap-up ends by itself', async () => {
    const before = (await notes()).length
    const { caller, id } = await talk('verified')
    expect(await stand.floor.draft('anna', id, KEEP)).toEqual({ done: true })
    expect(await stand.floor.draft('anna', id, { ...KEEP, ticket: 'close' })).toEqual({ done: true })
    const asShown = { note: SECRET, ticket: 'close', goesTo: null }
    expect((await stand.view('anna')).assignment).toMatchObject({ draft: asShown, keeps: 'ticket' })
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    expect((await stand.view('anna')).assignment?.draft).toEqual(asShown)
    await lapse(id)
    await over('anna')
    const kept = (await notes()).slice(before)
    expect(kept).toMatchObject([
      { text: SECRET, author: 'anna', agent: 'Anna', call_id: caller.callSid, topic: 'bill' },
    ])
    expect(await drafts()).toEqual([])
    expect(await eventsOf(caller)).toEqual([
      ['note', 'anna', { act: 'write', topic: 'bill', kept: 'ticket' }],
      ['ticket', 'anna', { act: 'close', topic: 'bill' }],
    ])
    const { ref, ticket } = kept[0] ?? {}
    const account = await stand.deps.source.context('rheinnetz', ref ?? '', new Date())
    const found = account?.tickets.find(({ number }) => number === ticket)
    expect(found).toMatchObject({ open: false, notes: [{ text: SECRET, agent: 'Anna' }] })
  })

  it('is nobody else’s to write, and nothing more is written when the wrap-up is over', async () => {
    const { caller, id } = await talk('unknown')
    expect(await stand.floor.draft('ben', id, KEEP)).toEqual({ refused: 'not_found' })
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    await stand.floor.wrapUp('anna', id, { note: '', ticket: 'keep' })
    expect(await stand.floor.draft('anna', id, KEEP)).toEqual({ refused: 'not_found' })
    expect(await drafts()).toEqual([])
  })

  it('is shown to the colleague who takes the caller, and not before, while it is written and afterwards', async () => {
    const { id } = await talk('verified')
    await stand.floor.draft('anna', id, KEEP)
    await stand.floor.setPresence('sam', 'available')
    expect(await stand.floor.transfer('anna', id, { kind: 'agent', name: 'sam' })).toEqual({ done: true })
    const phone = await stand.ringing('sam')
    const passing = [{ at: expect.any(String), agent: 'Anna', text: SECRET, draft: true }]
    expect((await stand.view('sam')).assignment).toMatchObject({ state: 'ringing', notes: [], keeps: 'call' })
    phone.answer()
    expect(await stand.inState('sam', 'joined')).toMatchObject({ notes: passing, keeps: 'ticket' })
    const { id: sams } = (await stand.view('sam')).assignment ?? { id: '' }
    expect(await stand.floor.draft('sam', sams, { note: 'Termin am Montag', ticket: 'keep' })).toEqual({ done: true })
    expect((await stand.view('anna')).assignment?.notes).toMatchObject([{ agent: 'Sam', text: 'Termin am Montag' }])
    await stand.floor.leave('anna', id)
    await stand.inState('sam', 'talking')
    await stand.inState('anna', 'wrap_up')
    expect((await stand.view('sam')).assignment?.notes).toEqual(passing)
    await stand.floor.wrapUp('anna', id, { note: `${SECRET}, 9 Uhr`, ticket: 'keep' })
    const saved = await stand.until('the note is there', async () => {
      const { assignment } = await stand.view('sam')
      return assignment?.notes.some(({ draft }) => !draft) && assignment
    })
    expect(saved.notes).toMatchObject([{ agent: 'Anna', text: `${SECRET}, 9 Uhr`, draft: false }])
    expect(saved.context?.tickets.flatMap(({ notes }) => notes.map(({ text }) => text))).toContain(`${SECRET}, 9 Uhr`)
  })

  it('of a caller without an account is for its author and the supervisors, for seven days', async () => {
    const { caller, id } = await talk('unknown')
    expect((await stand.view('anna')).assignment).toMatchObject({ keeps: 'call', context: { account: null } })
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    await stand.floor.wrapUp('anna', id, { note: SECRET, ticket: 'close' })
    const texts = async (name: string, over: Partial<BookParts> = {}) =>
      (await books(over).looseNotes(name))?.notes.map(({ text }) => text)
    expect([await texts('anna'), await texts('sam'), await texts('ben')]).toEqual([[SECRET], [SECRET], []])
    expect((await books().ownDay('anna'))?.calls[0]).toMatchObject({
      topic: null,
      level: 0,
      outcome: 'not_needed',
      notes: [{ text: SECRET, keptWith: 'call', ticket: null }],
    })
    const { notes: book } = stand.deps
    const days = (count: number) => new Date(stand.clock.now().getTime() + count * 24 * 3_600_000)
    await book.prune(days(6.9))
    expect(await texts('anna')).toEqual([SECRET])
    const later = { clock: { ...stand.clock, now: () => days(7.1) } }
    expect([await texts('anna', later), await texts('sam', later)]).toEqual([[], []])
    await book.prune(days(7.1))
    expect((await notes()).filter(({ ref }) => ref === null)).toEqual([])
  })
})

describe('a note of an account', () => {
  const assignment = { id: 'mine', ref: 'hanna', topic: 'bill', state: 'talking', since: '2026-11-22T10:05:00.000Z' }
  const writing = (change: Partial<Assignment>, shown: string | null): Pick<AssignmentView, 'notes' | 'keeps'> => {
    const at = '2026-11-22T10:00:00.000Z'
    const note = (ref: string | null): NoteOfCall => {
      return { at, agent: 'Ben', text: `of ${ref}`, keptWith: 'call', ticket: null, ref }
    }
    const draft = (ref: string): Draft => {
      return { assignment: 'other', author: 'ben', at, text: `draft of ${ref}`, goesTo: null, closes: false, ref }
    }
    const written = {
      notes: [note(null), note('hanna'), note('jonas')],
      drafts: [draft('hanna'), draft('jonas')],
      names: [],
    }
    const { notes, keeps } = writingOf({ ...assignment, ...change } as Assignment, written, { names: new Map(), shown })
    return { notes, keeps }
  }
  const texts = (change: Partial<Assignment>, shown: string | null) =>
    writing(change, shown).notes.map(({ text }) => text)

  it('is shown to those alone who are shown the same account', () => {
    expect(texts({}, 'hanna')).toEqual(['of null', 'of hanna', 'draft of hanna'])
    expect(texts({}, 'jonas')).toEqual(['of null', 'of jonas', 'draft of jonas'])
    expect(texts({}, null)).toEqual(['of null'])
    expect(writing({}, null).keeps).toBe('call')
    expect(writing({ topic: null }, 'hanna').keeps).toBe('account')
  })

  it('is in the wrap-up what it was at the end of the talk', () => {
    expect(texts({ state: 'wrap_up' }, 'jonas')).toEqual(['of null', 'of hanna', 'draft of hanna'])
    expect(texts({ state: 'wrap_up', since: '2026-11-22T09:59:00.000Z' }, 'hanna')).toEqual([])
  })
})

describe('tickets at the desk', () => {
  /** Of another customer of the same brand. */
  const FOREIGN = '7100999993'
  beforeAll(async () => {
    const reportedAt = new Date('2026-11-20T10:00:00.000Z')
    const ticket = { brand: 'rheinnetz', number: FOREIGN, customerNumber: '519038476', topic: 'outage', reportedAt }
    await addTickets(stand.deps.database.db, [{ ...ticket, open: true }])
  })
  const ticket = (number: string | null | undefined) =>
    stand.deps.database.db
      .selectFrom('ticket')
      .select(['ref', 'topic', 'open'])
      .where('number', '=', number ?? '')
      .executeTakeFirstOrThrow()
  const ticketsOf = async () => (await stand.view('anna')).assignment?.context?.tickets ?? []

  it('are opened once for a matter, closed, and written on where the agent wants', async () => {
    const { caller, id } = await talk('verified')
    const act = (wish: { open: string } | { close: string }) => stand.floor.ticket('anna', id, wish)
    expect([await act({ open: 'outage' }), await act({ open: 'outage' })]).toEqual([{ done: true }, { done: true }])
    const open = await stand.until('the ticket is shown', async () => {
      const found = (await ticketsOf()).filter((ticket) => ticket.topic === 'outage' && ticket.open)
      return found.length > 0 && found
    })
    expect(open).toHaveLength(1)
    const [{ number } = { number: '' }] = open
    expect(await act({ open: 'sim_lost' })).toEqual({ refused: 'not_found' })
    expect(await act({ close: FOREIGN })).toEqual({ refused: 'not_found' })
    expect((await ticket(FOREIGN)).open).toBe(true)
    expect(await stand.floor.ticket('ben', id, { close: number })).toEqual({ refused: 'not_found' })
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    expect(await act({ close: number })).toEqual({ refused: 'too_late' })
    await stand.floor.wrapUp('anna', id, { ...KEEP, goesTo: { ticket: number } })
    expect((await notes()).at(-1)).toMatchObject({ ticket: number, text: SECRET })
    expect(await eventsOf(caller)).toEqual([
      ['ticket', 'anna', { act: 'open', topic: 'outage' }],
      ['note', 'anna', { act: 'write', topic: 'bill', kept: 'ticket' }],
    ])
  })

  it('of another customer are none, whatever is sent: the note goes to the matter of the call', async () => {
    const { caller, id } = await talk('verified')
    const { ref } = await assignmentOf(stand, id)
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    await stand.floor.wrapUp('anna', id, { ...KEEP, ticket: 'close', goesTo: { ticket: FOREIGN } })
    expect(await ticket((await notes()).at(-1)?.ticket)).toEqual({ ref, topic: 'bill', open: false })
    expect((await ticket(FOREIGN)).open).toBe(true)
  })

  it('are out of reach where no account is shown', async () => {
    const { id } = await talk('unknown')
    expect(await stand.floor.ticket('anna', id, { open: 'outage' })).toEqual({ refused: 'level' })
  })

  it('are not touched by an agent who has written nothing and closes what is not open', async () => {
    const before = await stand.deps.database.db.selectFrom('ticket').selectAll().orderBy('number').execute()
    const caller = await waitingCaller(stand)
    const { id } = await talking(stand, 'anna', caller)
    caller.hangUp()
    await stand.inState('anna', 'wrap_up')
    await stand.floor.wrapUp('anna', id, { note: '  ', ticket: 'close' })
    expect(await stand.deps.database.db.selectFrom('ticket').selectAll().orderBy('number').execute()).toEqual(before)
  })
})

describe('a keyed ticket number (R38)', () => {
  it.each([
    ['of another topic leads to those who work on it', '7100491850', 'fuldanetz.bill'],
    ['of the chosen topic stays there', '7100482935', 'fuldanetz.outage'],
  ])('%s', async (_what, number, queue) => {
    const caller = await stand.caller('fuldanetz', '2', `${number}#`)
    const waiting = await stand.until('they wait', async () =>
      (await stand.deps.floorStore.list(stand.clock.now())).find(({ callId }) => callId === caller.callSid),
    )
    expect(waiting).toMatchObject({ queue, ticket: number })
    // The network and the flow know of no other queue: nothing that is heard can tell that the number exists.
    const call = await stand.deps.live.calls.get(caller.callSid)
    expect(call?.reply?.next).toEqual({ kind: 'enqueue', queue: 'fuldanetz.outage' })
    caller.hangUp()
  })
})
