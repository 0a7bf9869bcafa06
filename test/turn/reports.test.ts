/** What becomes of a report depends on the brand's file: its channels, and whether its prompts tell of reports. */
import { expect, it } from '@jest/globals'
import type { Report } from '../../src/seams/reports.ts'
import { takeReport } from '../../src/turn/reports.ts'
import { smallHotline } from '../flow/small.ts'
import { SOUND } from '../proof/proving.ts'

const NOW = new Date('2026-11-29T12:00:00Z')
const sent = {
  brand: 'small',
  customer_number: '4711',
  topic: 'bill',
  reported_at: '2026-11-28T12:00:00Z',
  channel: 'app',
}

function taking(small: Omit<Parameters<typeof smallHotline>[0], 'flow'>, attached = false) {
  const kept: Report[] = []
  const reports = {
    async report(report: Report) {
      kept.push(report)
      return { kind: 'kept' as const, number: '71', reportedAt: report.at.toISOString(), attached, before: false }
    },
  }
  const hotlines = [smallHotline({ flow: SOUND, ...small })]
  return {
    kept,
    take: (other = {}) => takeReport({ reports, hotlines }, { sent: { ...sent, ...other }, actor: 'crm', now: NOW }),
  }
}

it('a channel of the brand’s own is one, and no other', async () => {
  const own = taking({ brand: { channels: '[app]' } })
  expect(await own.take()).toMatchObject({ ticket: '71' })
  expect(own.kept).toMatchObject([{ channel: 'app', id: null, number: null, text: null }])
  const other = taking({})
  expect(await other.take()).toMatchObject({
    faults: [{ field: 'channel', sentence: expect.stringMatching(/social\.$/) }],
  })
  expect(other.kept).toEqual([])
})

it('an empty text is none', async () => {
  const { kept, take } = taking({ brand: { channels: '[app]' } })
  await take({ text: '' })
  expect(kept).toMatchObject([{ text: null }])
})

it.each([
  [false, 'Neu: 71'],
  [true, 'Dazu: 71'],
])(
  'a brand whose prompts tell of reports says so (attached: %s), and one without them says nothing',
  async (attached, said) => {
    const brand = { channels: '[app]' }
    expect(await taking({ brand }, attached).take()).toMatchObject({ attached, sentences: {} })
    const texts = { 'report.opened': 'Neu: {ticket}', 'report.attached': 'Dazu: {ticket}' }
    expect(await taking({ brand, texts }, attached).take()).toMatchObject({ sentences: { de: said, en: said } })
  },
)
