/** What agents may do, by any table of a brand: what rests is never in it. */
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { dangerousOf, rightsOf } from '../../src/flow/rights.ts'
import { shipped } from './shipped.ts'

const level = fc.constantFrom(0, 1, 2)
const names = ['add_to_ticket', 'read_bill', 'change_address', 'change_tariff', 'bank_data', 'take_order']
const tables = fc.record(
  {
    actions: fc.dictionary(fc.constantFrom(...names), fc.constantFrom(0, 1, 2, 'never'), { noNullPrototype: true }),
    dangerous: fc.subarray(names),
  },
  { requiredKeys: ['actions'] },
) as fc.Arbitrary<Parameters<typeof rightsOf>[0]>

describe('what an agent may do', () => {
  it('has nothing that rests, whatever the table and the level; what rests is told and nothing else changes', () => {
    fc.assert(
      fc.property(tables, level, (brand, level) => {
        const before = rightsOf(brand, level, false)
        const { may, mayNot, resting } = rightsOf(brand, level, true)
        const dangerous = dangerousOf(brand)
        expect(may.filter((action) => dangerous.includes(action))).toEqual([])
        expect([...may, ...resting].sort()).toEqual([...before.may].sort())
        expect(mayNot).toEqual(expect.arrayContaining(resting))
        expect([...may, ...mayNot].sort()).toEqual(Object.keys(brand.actions).sort())
        expect(before.resting).toEqual([])
      }),
    )
  })

  it('rests as the brand names it, else all that has to be proved but what the desk does itself', () => {
    const actions = {
      take_order: 0,
      report_outage: 1,
      add_to_ticket: 2,
      read_bill: 2,
      change_address: 2,
      bank_data: 'never',
    } as const
    expect(rightsOf({ actions }, 2, true).resting).toEqual(['read_bill', 'change_address'])
    expect(rightsOf({ actions, dangerous: ['change_address'] }, 2, true)).toMatchObject({
      may: ['take_order', 'report_outage', 'add_to_ticket', 'read_bill'],
      resting: ['change_address'],
    })
    expect(rightsOf({ actions, dangerous: ['change_address'] }, 1, true).resting).toEqual([])
  })

  it('is named by every shipped brand that lets an address be changed', () => {
    for (const { brand } of shipped.values()) expect(dangerousOf(brand)).toContain('change_address')
  })
})
