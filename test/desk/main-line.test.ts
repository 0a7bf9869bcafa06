/** What an agent goes by follows from level, rights and refusals together, and never says more than they do. */
import { expect, it } from '@jest/globals'
import { outcomes } from '../../src/call/call.ts'
import { mainLine } from '../../src/desk/page/main-line.ts'
import { pageContext } from '../support/page-desk.ts'

const below = (level: 0 | 1) => ({ assurance: { level, method: null, at: null } }) as const

it('says what is allowed below, and not general questions only, where the brand allows more without proof', () => {
  const context = pageContext({ ...below(1), outcome: 'no_pin', may: ['general_advice', 'read_order'] })
  expect(mainLine(context, null)).toEqual({ because: 'no_pin', consequence: 'shown', tone: 'tone-fair' })
  expect(mainLine({ ...context, account: null }, null).consequence).toBe('listed')
  expect(mainLine({ ...context, may: [] }, null).consequence).toBe('nothing')
})

it.each(outcomes.flatMap((outcome) => [0, 1].map((level) => [outcome, level as 0 | 1] as const)))(
  'of %s at level %i warns only where something was tried and not confirmed',
  (outcome, level) => {
    const line = mainLine(pageContext({ ...below(level), outcome, account: null }), null)
    expect(line.tone === 'tone-bad').toBe(line.because === 'refused')
    expect(line.because).toBe(outcome === 'verified' ? 'refused' : outcome)
    expect(line.tone).not.toBe('tone-good')
    expect(line.consequence).not.toBe('all')
  },
)

it('of a caller who is verified goes by that, whatever a later check came to', () => {
  for (const check of ['refused', 'called_off', null] as const)
    expect(mainLine(pageContext({ outcome: 'verified' }), check)).toMatchObject({
      because: 'verified',
      tone: 'tone-good',
    })
  expect(mainLine(pageContext({ account: null }), null).consequence).toBe('not_yours')
})

it('of a check that the agent called off says that nothing was checked', () => {
  const context = pageContext({ ...below(0), outcome: 'no_pin', account: null })
  expect(mainLine(context, 'called_off')).toEqual({ because: 'called_off', consequence: 'listed', tone: 'tone-calm' })
})
