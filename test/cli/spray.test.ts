import { describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { registerSpray } from '../../src/cli/spray.ts'
import { shipped } from '../flow/shipped.ts'
import { heldSprays } from '../support/held-sprays.ts'

const now = new Date('2026-11-23T09:00:00.000Z')
const why = ['--reason', 'Warned by the police']

function command() {
  const { store, all } = heldSprays(1_000_000)
  const lines: string[] = []
  let closed = 0
  const brands = [...shipped.values()].map(({ brand }) => brand)
  const run = async (...args: string[]): Promise<void> => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
    const open = async () => ({ sprays: store, brands, isWhole: true, now, close: async () => void closed++ })
    registerSpray(program, open, (line) => lines.push(line))
    for (const each of program.commands.flatMap(({ commands }) => commands)) each.exitOverride()
    await program.parseAsync(['spray', ...args], { from: 'user' })
  }
  return { run, all, lines, closed: () => closed }
}

describe('rufpass spray', () => {
  it('begins it for an hour, or for as long as is said, and says so', async () => {
    const { run, all, lines, closed } = command()
    await run('begin', '--brand', 'rheinnetz', ...why)
    await run('begin', '--all', '--for', '90m', ...why)
    expect(all.map(({ brand, until, actor, isOrdered, because }) => [brand, until, actor, isOrdered, because])).toEqual(
      [
        ['rheinnetz', '2026-11-23T10:00:00.000Z', 'cli', true, { reason: 'Warned by the police' }],
        [null, '2026-11-23T10:30:00.000Z', 'cli', true, { reason: 'Warned by the police' }],
      ],
    )
    expect(lines).toEqual([
      'Begun: calls have one try. It ends by itself after 1h, unless many fail then.',
      'Begun: calls have one try. It ends by itself after 90m, unless many fail then.',
    ])
    expect(closed()).toBe(2)
  })

  it('ends it, and says so where there is none', async () => {
    const { run, all } = command()
    await run('begin', '--brand', 'rheinnetz', ...why)
    await run('end', '--brand', 'rheinnetz', ...why)
    expect(all[0]?.ended).toBe(true)
    await expect(run('end', '--brand', 'rheinnetz', ...why)).rejects.toThrow('rufpass spray status')
  })

  it('tells how each brand and the whole service stands, for people and for programs', async () => {
    const { run, lines } = command()
    await run('begin', '--brand', 'rheinnetz', '--for', '2h', ...why)
    lines.length = 0
    await run('status', '--brand', 'rheinnetz')
    await run('status', '--brand', 'sternmobil')
    expect(lines).toEqual([
      'rheinnetz ON since 2026-11-23T09:00:00.000Z until 2026-11-23T11:00:00.000Z, one try a call, by cli; usual in this hour: 100 failures in ten minutes; alarm from 300 on at least 50 accounts',
      'sternmobil none; usual in this hour: 100 failures in ten minutes; alarm from 300 on at least 50 accounts',
    ])
    lines.length = 0
    await run('status', '--json')
    const told = lines.map((line) => JSON.parse(line))
    expect(told).toHaveLength(shipped.size + 1)
    expect(told.at(-1)).toEqual({
      brand: null,
      on: null,
      usual: 100 * shipped.size,
      alarm: { failures: 300 * shipped.size, accounts: 50 },
    })
  })

  it.each([
    [['begin', ...why], '--all'],
    [['begin', '--brand', 'rheinnetz', '--all', ...why], '--all'],
    [['begin', '--brand', 'nobody', ...why], "no brand 'nobody'"],
    [['begin', '--brand', 'rheinnetz', '--for', 'soon', ...why], "'soon' is no time"],
    [['begin', '--brand', 'rheinnetz', '--for', '25h', ...why], 'minutes'],
    [['begin', '--brand', 'rheinnetz', '--reason', 'of 1234'], 'could be a secret'],
    [['status', '--brand', 'nobody'], "no brand 'nobody'"],
  ])('refuses %j', async (args, sentence) => {
    const { run, all } = command()
    await expect(run(...args)).rejects.toThrow(sentence)
    expect(all).toEqual([])
  })
})
