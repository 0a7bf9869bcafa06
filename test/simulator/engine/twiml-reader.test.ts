import { describe, expect, it } from '@jest/globals'
import { readTwiml } from '../../../src/simulator/engine/twiml-reader.ts'
import type { DocumentKind } from '../../../src/simulator/engine/twiml-rules.ts'
import { RefusedTwiml, UnreadableTwiml } from '../../../src/simulator/engine/verbs.ts'

const URL_OF_IT = 'https://voice.example.com/voice/step/abc'
const read = (inside: string, kind: DocumentKind = 'call document') =>
  readTwiml(`<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`, URL_OF_IT, kind)

describe('reading', () => {
  it('gives verbs with Twilio’s defaults', () => {
    expect(read('<Gather/><Pause/><Say>a</Say>')).toEqual([
      {
        verb: 'Gather',
        action: URL_OF_IT,
        numDigits: null,
        finishOnKey: '#',
        timeout: 5,
        actionOnEmptyResult: false,
        prompts: [],
      },
      { verb: 'Pause', seconds: 1 },
      { verb: 'Say', text: 'a', language: 'en-US', loop: 1, breaks: 0 },
    ])
  })

  it('reads text as it is spoken: entities, CDATA, marks, no layout', () => {
    const say = (inside: string) => read(`<Say voice="Polly.Vicki-Neural" language="de-DE">${inside}</Say>`)[0]
    expect(say('\n  Fritz &amp; Co, Köln\n  &#220;ber ')).toMatchObject({ text: 'Fritz & Co, Köln Über' })
    expect(say('<![CDATA[a < b]]>')).toMatchObject({ text: 'a < b' })
    expect(say('<p>Eins.</p><p>Zw<emphasis>ei</emphasis>.</p><break time="2s"/>')).toMatchObject({
      text: 'Eins. Zwei.',
      breaks: 2,
    })
  })

  it('resolves addresses against the document and keeps an empty waitUrl empty', () => {
    expect(read('<Enqueue action="../left" waitUrl="">q</Enqueue>')).toEqual([
      { verb: 'Enqueue', queue: 'q', action: 'https://voice.example.com/voice/left', waitUrl: '' },
    ])
    expect(read('<Enqueue>q</Enqueue>')).toEqual([{ verb: 'Enqueue', queue: 'q', action: null, waitUrl: null }])
  })

  it('reads a conference with Twilio’s defaults, and as it is told', () => {
    expect(read('<Dial><Conference>r</Conference></Dial>')).toEqual([
      {
        verb: 'Dial',
        to: 'r',
        action: null,
        conference: {
          room: 'r',
          label: null,
          muted: false,
          startOnEnter: true,
          endOnExit: false,
          waitUrl: null,
          maxParticipants: 250,
          callback: null,
        },
      },
    ])
    const told =
      'muted="true" startConferenceOnEnter="false" endConferenceOnExit="true" waitUrl="" maxParticipants="2" participantLabel="agent-1" statusCallback="/room#rc=2" statusCallbackEvent="join leave"'
    expect(read(`<Dial><Conference ${told}>r</Conference></Dial>`)).toMatchObject([
      {
        conference: {
          label: 'agent-1',
          muted: true,
          startOnEnter: false,
          endOnExit: true,
          waitUrl: '',
          maxParticipants: 2,
          callback: { url: 'https://voice.example.com/room#rc=2', events: ['join', 'leave'] },
        },
      },
    ])
    expect(read('<Dial>+491</Dial>')).toMatchObject([{ conference: null }])
  })

  it('takes what the Twilio builder writes for TaskRouter', () => {
    const sid = `WW${'a'.repeat(32)}`
    expect(read(`<Enqueue workflowSid="${sid}"><Task priority="1">{"call":"x"}</Task></Enqueue>`)).toMatchObject([
      { queue: sid },
    ])
  })
})

describe('refusing', () => {
  it.each([
    ['<Sing>la</Sing>', /<Sing> may not stand in a call document/],
    ['<say>a</say>', /<say> may not stand/],
    ['<constructor/>', /<constructor> may not stand/],
    ['<Leave/>', /<Leave> may not stand in a call document/],
    ['text', /text of its own/],
    ['<Say/>', /nothing to say/],
    ['<Say voise="x">a</Say>', /no attribute 'voise'/],
    ['<Say constructor="x">a</Say>', /no attribute 'constructor'/],
    ['<Say language="german">a</Say>', /must be a language/],
    [`<Say>${'x'.repeat(3001)}</Say>`, /more than 3000/],
    ['<Gather timeout="0"/>', /from 1/],
    ['<Gather numDigits="four"/>', /from 1/],
    ['<Gather finishOnKey="##"/>', /one key/],
    ['<Gather method="GET"/>', /must be POST/],
    ['<Gather input="speech"/>', /must be one of dtmf/],
    ['<Gather action=""/>', /must not be empty/],
    ['<Gather><Gather/></Gather>', /<Gather> may not stand inside <Gather>/],
    ['<Gather><Redirect>x</Redirect></Gather>', /<Redirect> may not stand inside <Gather>/],
    ['<Enqueue/>', /neither a queue name nor/],
    [`<Enqueue>${'q'.repeat(65)}</Enqueue>`, /more than 64/],
    [`<Enqueue workflowSid="WW${'a'.repeat(32)}"><Task>no</Task></Enqueue>`, /JSON object/],
    ['<Dial/>', /needs either a number or a noun/],
    ['<Dial timeout="3">+49</Dial>', /from 5 to 600/],
    ['<Dial><Conference>r</Conference><Number>+491</Number></Dial>', /13000/],
    ['<Dial><Conference/></Dial>', /has no text/],
    ['<Dial><Conference statusCallbackEvent="joined">r</Conference></Dial>', /must be events/],
    ['<Dial><Conference waitMethod="GET">r</Conference></Dial>', /must be POST/],
    [`<Dial><Conference participantLabel="${'x'.repeat(129)}">r</Conference></Dial>`, /more than 128/],
    ['<Hangup>now</Hangup>', /takes no text/],
    ['<Redirect>http://[</Redirect>', /is no URL/],
  ])('%s', (inside, message) => {
    expect(() => read(inside)).toThrow(RefusedTwiml)
    expect(() => read(inside)).toThrow(message)
  })

  it.each(['<Dial>+491</Dial>', '<Enqueue>q</Enqueue>', '<Reject/>'])('%s for a waiting caller', (inside) => {
    expect(() => read(inside, 'wait document')).toThrow(/may not stand in a wait document/)
  })

  it.each(['<Gather/>', '<Hangup/>', '<Dial>+491</Dial>'])('%s for somebody in a conference', (inside) => {
    expect(() => read(inside, 'room document')).toThrow(/may not stand in a room document/)
  })

  it.each([
    ['<Response><Say>a</Response>', 12100],
    ['<!DOCTYPE Response><Response/>', 12100],
    ['<Response/><Response/>', 12100],
    ['<Response>&nbsp;</Response>', 12100],
    ['<response/>', 12102],
    ['  ', 11770],
  ])('%s is unreadable', (xml, code) => {
    const reading = () => readTwiml(xml, URL_OF_IT, 'call document')
    expect(reading).toThrow(UnreadableTwiml)
    expect(reading).toThrow(expect.objectContaining({ code }))
  })
})
