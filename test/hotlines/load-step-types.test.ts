import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { ownStepTypes } from '../../src/flow/steps/index.ts'
import { loadStepTypes } from '../../src/hotlines/load-step-types.ts'
import { StepTypeError } from '../../src/index.ts'

const dir = mkdtempSync(join(tmpdir(), 'step-types-'))
const zod = pathToFileURL(join(import.meta.dirname, '../../node_modules/zod/index.js')).href
let count = 0

function moduleOf(text: string): string {
  const file = join(dir, `steps-${++count}.mjs`)
  writeFileSync(file, text)
  return file
}

const MINE = `import { z } from '${zod}'
const mine = {
  schema: z.strictObject({ type: z.literal('mine') }),
  exits: () => ({}), prompts: () => [], enter: () => ({ kind: 'end', say: [], handOff: null }),
}
`

describe('the module that STEP_TYPES names', () => {
  it('adds its step types to those of Rufpass; without one they are alone', async () => {
    expect(await loadStepTypes(null)).toBe(ownStepTypes)
    for (const end of ['export default [mine]', 'export default { mine }'])
      expect(Object.keys(await loadStepTypes(moduleOf(MINE + end)))).toEqual([...Object.keys(ownStepTypes), 'mine'])
  })

  it.each([
    ['exports nothing', 'export const mine = 1', /exports no step types; end it with: export default/],
    ['exports something else', 'export default 7', /\.mjs: Step types are a list/],
    ['exports an incomplete type', 'export default [{}]', /\.mjs: The schema of a step type/],
    ['breaks', 'throw new Error("no luck")', /cannot be loaded: no luck/],
    ['is no JavaScript', 'export default [', /cannot be loaded: /],
    ['imports what is not there', 'import "./gone.mjs"', /cannot be loaded: .*gone\.mjs/],
    [
      'lies where Rufpass is not installed',
      'import "rufpass"',
      /cannot be loaded: Cannot find .*'rufpass'.*; install it there first: npm install/,
    ],
  ])('is refused by name when it %s', async (_what, text, said) => {
    const file = moduleOf(text)
    await expect(loadStepTypes(file)).rejects.toThrow(StepTypeError)
    await expect(loadStepTypes(file)).rejects.toThrow(said)
    await expect(loadStepTypes(file)).rejects.toThrow(file)
  })

  it('is refused when it is not there, or a folder', async () => {
    await expect(loadStepTypes(join(dir, 'gone.mjs'))).rejects.toThrow(/gone\.mjs, which is not there/)
    mkdirSync(join(dir, 'folder'))
    await expect(loadStepTypes(join(dir, 'folder'))).rejects.toThrow(StepTypeError)
  })
})
