import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { ConfigError } from '../../src/config/config.ts'
import { createLog, type LogOptions } from '../../src/log/log.ts'
import type { LogFields } from '../../src/seams/log.ts'

const callId = `CA${'ab'.repeat(16)}`

function logged(write: (log: ReturnType<typeof createLog>) => void, level: LogOptions['level'] = 'trace') {
  let text = ''
  write(
    createLog({
      level,
      to: {
        write: (line) => {
          text += line
        },
      },
    }),
  )
  return { text, lines: text.split('\n').filter(Boolean), facts: () => JSON.parse(text) as Record<string, unknown> }
}

describe('a line of the log', () => {
  it('is one JSON object with level, time, message and the named fields', () => {
    const { facts } = logged((log) =>
      log.info({ callId, brand: 'rheinnetz', step: 'ask_pin', reason: 'no slot in time', ms: 12.44 }, 'Turn answered'),
    )
    expect(facts()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^20.*Z$/),
      message: 'Turn answered',
      callId,
      brand: 'rheinnetz',
      step: 'ask_pin',
      reason: 'no slot in time',
      ms: 12.4,
    })
  })

  it('is left out below the level', () => {
    expect(logged((log) => log.debug({}, 'Detail'), 'info').text).toBe('')
    expect(logged((log) => log.fatal({}, 'Down'), 'silent').text).toBe('')
  })

  it('has no field that is not named, however it came in', () => {
    const smuggled = { callId, digits: '4711', body: { Digits: '4711' } } as LogFields
    expect(logged((log) => log.info(smuggled, 'Request')).text).not.toMatch(/4711|igits|body/)
  })

  const hostile = [
    'a\r\n{"level":"info"}',
    '\u001b[2J\u001b[31mred',
    '\u009b31m',
    '\u2028{"x":1}\u2029',
    '","level":"fatal',
    '4711',
    'pin-4711',
    '٤٧١١',
    'x'.repeat(100_000),
    '\u202e',
  ]
  it.each(hostile)('cannot be broken or stained by a value (%j)', (value) => {
    const fields = Object.fromEntries(
      ['callId', 'brand', 'step', 'route', 'result', 'reason', 'signal', 'store', 'ms', 'status'].map((name) => [
        name,
        value,
      ]),
    ) as LogFields
    const { text, lines } = logged((log) => log.warn(fields, `Message ${value}`))
    expect(lines).toHaveLength(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]|\\u00|4711|٤٧١١/)
    expect(text.length).toBeLessThan(1_500)
    expect(JSON.parse(text)).toMatchObject({ level: 'warn', brand: '[malformed]', ms: '[malformed]' })
  })

  it('shows no Secret, wherever it is put', () => {
    const secret = new Secret('4711') as unknown as string
    expect(
      logged((log) => log.info({ brand: secret, err: { name: secret, message: secret } }, secret)).text,
    ).not.toContain('4711')
  })
})

describe('an error in the log', () => {
  const errOf = (err: unknown) => {
    const { text, facts } = logged((log) => log.error({ err, error: err }, 'Failed'))
    return { text, err: facts().err as Record<string, unknown> }
  }

  it('keeps class, code and place', () => {
    const { err } = errOf(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
    expect(err).toEqual({
      type: 'Error',
      code: 'ECONNREFUSED',
      at: expect.arrayContaining([expect.stringMatching(/^test\/log\/log\.test\.ts:\d+:\d+$/)]),
    })
  })

  it('keeps the message of our own classes, without digits', () => {
    expect(errOf(new ConfigError(['PORT must be 1234.'])).err).toMatchObject({
      type: 'ConfigError',
      message: 'The settings cannot be used: - PORT must be #.',
    })
  })

  it('drops what a database says about its parameters', () => {
    const fromPostgres = Object.assign(new Error('duplicate key 4711 of Erika'), {
      name: 'error',
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (pin)=(4711) already exists.',
      where: 'SQL: select 4711',
      parameters: ['4711'],
    })
    const { text, err } = errOf(fromPostgres)
    expect(err).toMatchObject({ type: 'error', code: '23505' })
    expect(text).not.toMatch(/4711|Erika/)
  })

  it('drops request bodies, also in causes, and ends with the third cause', () => {
    const body = Object.assign(new SyntaxError('Unexpected token 4711'), { body: '{"Digits":4711', status: 400 })
    const chain = new Error('4711', { cause: new Error('4711', { cause: new Error('4711', { cause: body }) }) })
    const { text, err } = errOf(chain)
    expect(text).not.toContain('4711')
    expect(err).toMatchObject({ cause: { cause: { type: 'Error' } } })
    expect(text.match(/"cause"/g)).toHaveLength(4)
  })

  it('takes no message for a place in the code', () => {
    expect(errOf(new Error('x\n    at evil (/pin/4711:1:1)\n    at 4711:1:1')).text).not.toContain('4711')
    const renamed = Object.assign(new Error('other'), { stack: 'Error: x\n    at /pin/4711:1:1' })
    expect(errOf(renamed).text).not.toContain('4711')
  })

  it.each(['4711', 4711n, null, undefined, Symbol('4711'), [4711], () => 4711])(
    'may be no error at all (%p)',
    (thrown) => {
      expect(logged((log) => log.error({ err: thrown }, 'Failed')).text).not.toContain('4711')
    },
  )
})

describe('standard output', () => {
  /** The messages that a process has written when it is over. */
  function written(end: 'exit' | 'exception' | 'error' | 'rejection'): string[] {
    const runner = new URL('../support/typescript.mjs', import.meta.url).href
    const script = fileURLToPath(new URL('./processes/log.ts', import.meta.url))
    const { stdout } = spawnSync(process.execPath, ['--no-warnings', '--import', runner, script, end], {
      env: { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
    })
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).message as string]))
  }

  it('has every line, in order, when the process ends, also by an exception', () => {
    expect(written('exit')).toEqual(['line', 'line', 'line'])
    expect(written('exception')).toEqual(['line', 'line', 'line'])
  })

  it('has a rejection that nobody heard, and the process goes on', () => {
    expect(written('rejection')).toEqual([
      'line',
      'line',
      'line',
      'a promise was rejected, and nobody heard it',
      'goes on',
    ])
  })

  it('has an error and all before it at once: kill -9 loses none of them', () => {
    expect(written('error')).toEqual(['line', 'line', 'line', 'broken'])
  })
})
