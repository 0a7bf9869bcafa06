import { describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { registerNotice } from '../../src/cli/notice.ts'
import type { Notice, NoticeStore } from '../../src/seams/notices.ts'
import { shipped } from '../flow/shipped.ts'

const now = new Date('2026-11-23T09:00:00.000Z')
const both = ['--text', 'de=Das Netz ist gestört.', '--text', 'en=There is a fault = outage.']

function command() {
  const held: Notice[] = []
  const lines: string[] = []
  let closed = 0
  const notices: NoticeStore = {
    current: () => Promise.resolve(held),
    set: async (notice, _actor, at) => void held.push({ ...notice, since: at.toISOString() }),
    clear: async () => void held.pop(),
  }
  const brands = [...shipped.values()].map(({ brand }) => brand)
  const run = async (...args: string[]): Promise<void> => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
    const open = async () => ({ notices, brands, now, close: async () => void closed++ })
    registerNotice(program, open, (line) => lines.push(line))
    for (const each of program.commands.flatMap(({ commands }) => commands)) each.exitOverride()
    await program.parseAsync(['notice', ...args], { from: 'user' })
  }
  return { run, held, lines, closed: () => closed }
}

describe('rufpass notice', () => {
  it('sets a notice in every language, with its end in the time of all', async () => {
    const { run, held, closed } = command()
    await run('set', '--brand', 'rheinnetz', '--topic', 'outage', ...both, '--until', '2026-11-23T12:00:00+01:00')
    expect(held).toEqual([
      {
        brand: 'rheinnetz',
        topic: 'outage',
        texts: { de: 'Das Netz ist gestört.', en: 'There is a fault = outage.' },
        until: '2026-11-23T11:00:00.000Z',
        since: now.toISOString(),
      },
    ])
    expect(closed()).toBe(1)
  })

  it('lists what is on, for people and for programs', async () => {
    const { run, held, lines } = command()
    await run('set', '--brand', 'rheinnetz', ...both)
    await run('list')
    expect(lines).toEqual([
      `rheinnetz (all callers) since ${now.toISOString()}\n  de: Das Netz ist gestört.\n  en: There is a fault = outage.`,
    ])
    await run('list', '--json')
    expect(JSON.parse(lines[1] ?? '')).toEqual(held[0])
  })

  it('clears the one of these callers, and says so where there is none', async () => {
    const { run, held } = command()
    await run('set', '--brand', 'rheinnetz', ...both)
    await expect(run('clear', '--brand', 'rheinnetz', '--topic', 'outage')).rejects.toThrow('rufpass notice list')
    expect(held).toHaveLength(1)
    await run('clear', '--brand', 'rheinnetz')
    expect(held).toEqual([])
  })

  it.each([
    ['a language is missing', ['--brand', 'rheinnetz', '--text', 'de=x'], /text in 'en' is missing/],
    ['there is no such brand', ['--brand', 'nobody', ...both], /no brand 'nobody'/],
    ['it is too long', ['--brand', 'rheinnetz', '--text', `de=${'x'.repeat(118)}`], /at most 117 letters/],
    ['no language is named', ['--brand', 'rheinnetz', '--text', 'hello'], /language=words/],
  ])('sets nothing where %s', async (_what, args, message) => {
    const { run, held, closed } = command()
    await expect(run('set', ...args)).rejects.toThrow(message)
    expect(held).toEqual([])
    expect(closed()).toBeLessThanOrEqual(1)
  })
})
