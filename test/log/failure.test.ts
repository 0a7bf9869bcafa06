/** What a command or a start that failed says: a sentence for people, and a stack only of what nobody expected. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { errorsForPeople, explainFailure } from '../../src/log/failure.ts'

const SRC = join(import.meta.dirname, '../../src')
const ours = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((file) =>
    [...readFileSync(join(SRC, file), 'utf8').matchAll(/^(?:export )?class (\w+) extends Error/gm)].map(
      ([, name = '']) => ({ file, name }),
    ),
  )

it('all errors of commands are told as they are, without a stack', () => {
  const ofCommands = ours.filter(({ file }) => /^cli\//.test(file)).map(({ name }) => name)
  expect(ofCommands.filter((name) => !errorsForPeople.has(name))).toEqual([])
  expect(ofCommands.length).toBeGreaterThan(8)
})

it('no name is told that no error of ours has', () => {
  expect([...errorsForPeople].filter((name) => !ours.some((error) => error.name === name))).toEqual([])
})

it('what nobody expected comes with its stack, for a bug report', () => {
  expect(explainFailure(new TypeError('x is no function'))).toMatch(
    /^Something went wrong .*TypeError: x is no.*\n +at /,
  )
})
