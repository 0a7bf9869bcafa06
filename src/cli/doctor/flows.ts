import { join } from 'node:path'
import { packageRoot } from '../../config/package-root.ts'
import { type Finding, textOf } from '../../flow/files/finding.ts'
import { counted } from '../counted.ts'
import { defineCheck } from './check.ts'
import type { FlowsSeen } from './look-at-flows.ts'

/** More are for `flows check` to tell. */
const MOST_TOLD = 3

interface Seen extends FlowsSeen {
  isTryout: boolean
  /** Those that come with Rufpass, for nothing else was set. */
  areShipped: boolean
}

export const flows = defineCheck({
  name: 'flows',
  needs: ['FLOWS_DIR', 'STEP_TYPES'],
  remedies: {
    unsafe: {
      weight: 'fault',
      remedy:
        'No server starts with these flows, and one that runs goes on. What to do about each: npx rufpass flows check.',
    },
    doubtful: { weight: 'warning', remedy: 'Calls are safe, but slow or in vain somewhere: npx rufpass flows check.' },
    shipped: { weight: 'warning', remedy: 'Make your own with npx rufpass init our-hotline, and set FLOWS_DIR.' },
  },
  look: async ({ flows, isTryout, broken, config }): Promise<Seen> => {
    const areShipped = !broken.has('FLOWS_DIR') && config.flowsDir === join(packageRoot(), 'flows')
    return { ...(await flows()), isTryout, areShipped }
  },
  judge({ folder, hotlines, unsafe, doubtful, isTryout, areShipped }: Seen) {
    const bad = told('unsafe', unsafe)
    if (hotlines === null || unsafe.length > 0) return bad
    const numbers = counted(hotlines.byNumber.size, 'number')
    return [
      {
        good: `${counted(hotlines.byBrand.size, 'brand')} with ${numbers} in ${folder}, and no call can do what it must not.`,
      },
      ...told('doubtful', doubtful),
      ...(areShipped && !isTryout
        ? [
            {
              code: 'shipped' as const,
              says: 'They are those that come with Rufpass: brands and numbers are invented.',
            },
          ]
        : []),
    ]
  },
})

function told<Code extends string>(code: Code, findings: readonly Finding[]): { code: Code; says: string }[] {
  const more = findings.length - MOST_TOLD
  const lines = findings.slice(0, MOST_TOLD).map((finding) => ({ code, says: textOf(finding) }))
  return more > 0 ? [...lines, { code, says: `And ${counted(more, 'finding')} more.` }] : lines
}
