/** What is told of keys, and what to do next: a judgement of what the store needs and what PIN_KEYS has. */
import { describe, expect, it } from '@jest/globals'
import { statusOf, textOf } from '../../src/cli/keys-status.ts'
import type { KeysNeeded, PinKeyNeed } from '../../src/store/keys-needed.ts'

const need = (given: Partial<PinKeyNeed> = {}): PinKeyNeed => ({
  inForce: 0,
  cleared: 0,
  posted: 0,
  former: 0,
  ...given,
})

function told(pinKeys: Record<string, PinKeyNeed>, kids: string[], toRotate = 0, more: Partial<KeysNeeded> = {}) {
  const needed = { subjectKey: { unknownNumbers: 3, callCodes: 1 }, printers: [], copies: [], ...more }
  return statusOf({ ...needed, pinKeys: new Map(Object.entries(pinKeys)) }, { kids, toRotate, recipient: 'age1ours' })
}

describe('of the keys of PINs', () => {
  it.each<[string, Record<string, PinKeyNeed>, string[], number, Record<string, string>, (RegExp | string)[]]>([
    ['a new store', {}, ['k1'], 0, { k1: 'current' }, []],
    ['one key', { k1: need({ inForce: 5 }) }, ['k1'], 0, { k1: 'current' }, []],
    [
      'before a rotation',
      { k1: need({ inForce: 5, former: 2 }) },
      ['k2', 'k1'],
      7,
      { k2: 'current', k1: 'needed' },
      [/^Restart every server with these PIN_KEYS, then run: rufpass keys rotate \(7 to do\)\.$/],
    ],
    [
      'after it, while not all have called',
      { k1: need({ inForce: 1 }), k2: need({ inForce: 5 }) },
      ['k2', 'k1'],
      0,
      { k2: 'current', k1: 'needed' },
      [/^k1 goes from each PIN when that is keyed .*--needing k1/],
    ],
    [
      'where a letter waits for its first use',
      { k1: need({ posted: 1 }), k2: need({ inForce: 5 }) },
      ['k2', 'k1'],
      0,
      { k2: 'current', k1: 'needed' },
      [/^k1 goes/],
    ],
    [
      'where former ones alone need it',
      { k1: need({ former: 2 }), k2: need({ inForce: 5, former: 2 }) },
      ['k2', 'k1'],
      0,
      { k2: 'current', k1: 'former_only' },
      [/^Only former PINs need k1\. Run: rufpass keys retire k1\./],
    ],
    [
      'at the end',
      { k2: need({ inForce: 5 }) },
      ['k2', 'k1'],
      0,
      { k2: 'current', k1: 'removable' },
      [/^Nothing needs k1: take it out of PIN_KEYS/],
    ],
    [
      'without one that is needed, which comes before all else',
      { k0: need({ former: 1 }), k1: need({ inForce: 5 }) },
      ['k2', 'k3'],
      6,
      { k2: 'current', k3: 'removable', k0: 'missing', k1: 'missing' },
      [/^Add to PIN_KEYS, after the current key, from the backup: k0, k1\./],
    ],
  ])('%s', (_name, pinKeys, kids, toRotate, states, next) => {
    const status = told(pinKeys, kids, toRotate)
    expect(Object.fromEntries(status.pinKeys.map(({ kid, state }) => [kid, state]))).toEqual(states)
    expect(status.next).toEqual(next.map((each) => expect.stringMatching(each)))
    for (const { state, mayBeRemoved } of status.pinKeys) expect(mayBeRemoved).toBe(state === 'removable')
  })
})

it('has a line for each key of any kind, and none of its bytes', () => {
  const status = told(
    { k1: need({ inForce: 1, former: 2 }), k2: need({ inForce: 1204, cleared: 3, posted: 4 }) },
    ['k2', 'k1'],
    0,
    {
      printers: [{ recipient: 'age1printer', count: 2 }],
      copies: [
        { recipient: 'age1ours', count: 1 },
        { recipient: 'age1before', count: 7 },
      ],
    },
  )
  expect(textOf(status).split('\n').slice(0, -3)).toEqual([
    'PIN_KEYS',
    '  k2  current           1,204 PINs and PUKs, 4 by post, 3 worth nothing',
    '  k1  still needed      1 PIN or PUK, 2 former',
    'SUBJECT_KEY',
    '  stays: 3 numbers that nobody has with tries of the last day, 1 call code, limits by line and of the sign-in, and every call that is on.',
    'Printers',
    '  age1printer  2 letters not handed over yet: its private key stays.',
    'LOOKUP_IDENTITY',
    '  age1ours  current  1 copy: its private key stays.',
    '  age1before  7 copies: its private key stays.',
  ])
  expect(status.subjectKey.mayBeRemoved).toBe(false)
  expect(textOf(told({}, ['k1'], 0, { copies: null }))).toContain('not to be seen with this role')
})
