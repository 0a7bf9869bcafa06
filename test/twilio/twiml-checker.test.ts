import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { checkTwiml } from '../support/twiml-checker.ts'

interface Example {
  name: string
  context: string
  xml: string
  expect: string[]
}
const file = new URL('./data/twiml-examples.json', import.meta.url)
const { examples } = JSON.parse(readFileSync(file, 'utf8')) as { examples: Example[] }

describe('the TwiML checker', () => {
  it('has its 60 examples', () => expect(examples).toHaveLength(60))

  it.each(examples)('$name', (example) => {
    expect(checkTwiml(example.xml, example.context)).toEqual([...example.expect].sort())
  })

  it('sees what no example shows', () => {
    expect(checkTwiml('')).toEqual(['nonempty-body'])
    expect(checkTwiml('<Response><Say>a</Response>')).toEqual(['well-formed'])
    expect(checkTwiml('<Response><Say>\u0001</Say></Response>')).toEqual(['well-formed'])
    expect(checkTwiml('<Response><Say/></Response>')).toEqual(['text'])
    expect(checkTwiml('<?xml version="1.1"?><Response/>')).toEqual(['xml-version'])
    expect(checkTwiml(`<Response><!--${'x'.repeat(65_536)}--></Response>`)).toEqual(['size'])
    expect(checkTwiml('<Response><Gather method="GET" actionOnEmptyResult="true"/></Response>')).toEqual([
      'gather-post',
    ])
    expect(checkTwiml('<Response><Redirect>/x?pin=4711</Redirect></Response>', 'call', ['4711'])).toEqual([
      'no-secret-in-url',
    ])
  })
})
