import { describe, expect, it } from '@jest/globals'
import { passwordProblem } from '../../src/auth/password.ts'
import { notKeptIn } from '../../src/flow/free-text.ts'

describe('a password', () => {
  it('is nothing that the door would refuse as a text before it is compared', () => {
    const refused: string[] = []
    for (let code = 0; code < 0x10000; code++) {
      const letter = String.fromCharCode(code)
      const password = `long enough${letter}`
      if (notKeptIn(password) !== null && passwordProblem(password) === null) refused.push(code.toString(16))
    }
    expect(refused).toEqual([])
  })

  it.each(['Müller & Söhne 12', 'پسورد‌ من ۱۲۳۴۵۶', 'correct 🐴 battery 👩‍👩‍👧'])('may be %s', (password) => {
    expect(passwordProblem(password)).toBeNull()
  })
})
