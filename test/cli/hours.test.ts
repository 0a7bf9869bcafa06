import { describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { registerHours } from '../../src/cli/hours.ts'
import { type Hours, hoursSchema } from '../../src/flow/hours.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { shipped } from '../flow/shipped.ts'
import { heldHours } from '../support/held-hours.ts'

/** The 23rd in Greenwich, and the 24th where the brands are. */
const now = new Date('2026-11-23T23:30:00.000Z')
const because = ['--text', 'de=Heute ist Betriebsversammlung.', '--text', 'en=We have a staff meeting.']
const texts = { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' }
const place = ['--brand', 'rheinnetz', '--day', '2026-11-24']

/** @param hours of every brand's file; default: none. */
function command(hours?: Hours) {
  const { store, held, actors } = heldHours()
  const lines: string[] = []
  let closed = 0
  const brands = [...shipped.values()].map(({ brand }) => ({ ...brand, hours }))
  const tools = { specialHours: store, calendar: createHolidays(), brands, now, close: async () => void closed++ }
  const run = async (...args: string[]): Promise<void> => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} })
    registerHours(
      program,
      async () => tools,
      (line) => lines.push(line),
    )
    for (const each of program.commands.flatMap(({ commands }) => commands)) each.exitOverride()
    await program.parseAsync(['hours', ...args], { from: 'user' })
  }
  return { run, held, actors, lines, closed: () => closed }
}

describe('rufpass hours', () => {
  it('closes a day from a time on, which leaves what is before, and says so', async () => {
    const { run, held, actors, lines, closed } = command()
    await run('set', ...place, '--closed-from', '14:00', ...because)
    const day = { brand: 'rheinnetz', day: '2026-11-24' }
    expect(held).toEqual([{ ...day, hours: ['00:00-14:00'], texts, since: now.toISOString() }])
    expect(lines[0]).toMatch(/^rheinnetz 2026-11-24 00:00-14:00, set .*\n {2}de: Heute ist Betriebsversammlung\./)
    expect([actors, closed()]).toEqual([['cli'], 1])
  })

  it('closes a whole day, or opens it at other hours', async () => {
    const { run, held } = command()
    await run('set', ...place, '--closed')
    expect(held).toMatchObject([{ hours: [], texts: {} }])
    await run('set', ...place, '--open', '08:00-12:00', '--open', '13:00-14:00', ...because)
    expect(held).toMatchObject([{ hours: ['08:00-12:00', '13:00-14:00'], texts }])
  })

  it('lists them for people and for programs, and takes them away', async () => {
    const { run, held, lines } = command()
    await run('set', ...place, '--closed')
    await run('list')
    expect(lines.at(-1)).toBe(`rheinnetz 2026-11-24 closed, set ${now.toISOString()}`)
    await run('list', '--json')
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(held[0])
    await run('clear', ...place)
    expect(held).toEqual([])
    await expect(run('clear', ...place)).rejects.toThrow('rufpass hours list')
  })

  it.each<[string, string[], RegExp]>([
    ['nothing said of the hours', [...place], /one of --closed, --closed-from and --open/],
    ['two things said of them', [...place, '--closed', '--closed-from', '14:00'], /one of/],
    ['a day that is over there', ['--brand', 'rheinnetz', '--day', '2026-11-23', '--closed'], /day is over/],
    ['a day that there is not', ['--brand', 'rheinnetz', '--day', '2026-02-30', '--closed'], /day is written/],
    ['a day far ahead', ['--brand', 'rheinnetz', '--day', '2027-12-24', '--closed'], /more than a year ahead/],
    ['a brand that there is not', ['--brand', 'nobody', '--day', '2026-11-24', '--closed'], /no brand 'nobody'/],
    ['hours that end before they begin', [...place, '--open', '14:00-08:00'], /end after they begin/],
    ['a language too few', [...place, '--closed', '--text', 'de=x'], /text in 'en' is missing/],
    ['two lines', [...place, '--closed', '--text', 'de=a\nb', '--text', 'en=c'], /one line/],
  ])('sets nothing with %s, in words that say what to do', async (_what, args, message) => {
    const { run, held } = command()
    await expect(run('set', ...args)).rejects.toThrow(message)
    expect(held).toEqual([])
  })

  it('leaves of the hours of the file what is before, whatever was set before, and says so where nothing would change', async () => {
    const { run, held } = command(hoursSchema.parse({ tuesday: ['08:00-12:00', '13:00-18:00'] }))
    await run('set', ...place, '--closed')
    await run('set', ...place, '--closed-from', '14:00')
    expect(held).toMatchObject([{ hours: ['08:00-12:00', '13:00-14:00'] }])
    await run('set', ...place, '--closed-from', '12:30')
    expect(held).toMatchObject([{ hours: ['08:00-12:00'] }])
    await expect(run('set', ...place, '--closed-from', '18:00')).rejects.toThrow('closed at 18:00 anyway')
    expect(held).toMatchObject([{ hours: ['08:00-12:00'] }])
  })
})
