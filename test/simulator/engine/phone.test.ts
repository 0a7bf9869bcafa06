import { describe, expect, it } from '@jest/globals'
import { createFastClock } from '../../../src/simulator/engine/clock.ts'
import { RefusedTwiml } from '../../../src/simulator/engine/verbs.ts'
import { ACCOUNT, type Act, key, ring, START } from '../scripted-server.ts'

const gather = (attributes: string, inside = '<Say language="de-DE">Nummer?</Say>'): string =>
  `<Gather action="/step" ${attributes}>${inside}</Gather>`

describe('requests', () => {
  it('rings with a signed form that looks like Twilio’s, and reports the end', async () => {
    const { end, server, events } = await ring({ '/voice/incoming': '<Pause length="75"/><Hangup/>' })
    const [first] = server.to('/voice/incoming')
    expect(first?.signed).toBe(true)
    expect(first?.form).toMatchObject({
      AccountSid: ACCOUNT,
      ApiVersion: '2010-04-01',
      CallStatus: 'ringing',
      Direction: 'inbound',
      From: '+491713920001',
      To: '+492214710100',
      FromState: 'Köln',
      FromCity: '',
    })
    expect(first?.form.CallSid).toMatch(/^CA[0-9a-f]{32}$/)
    expect(first?.form.CallSid).toBe(end.callSid)
    expect(first?.headers['content-type']).toBe('application/x-www-form-urlencoded; charset=UTF-8')
    const [last] = server.to('/voice/status')
    expect(last?.signed).toBe(true)
    expect(last?.form).toMatchObject({
      CallStatus: 'completed',
      CallDuration: '75',
      Duration: '2',
      SequenceNumber: '0',
    })
    expect(last?.form.Timestamp).toBe('Mon, 02 Mar 2026 09:16:15 +0000')
    expect(end).toMatchObject({ by: 'hotline', handedTo: null, seconds: 75 })
    expect(events.at(-1)).toEqual({ kind: 'ended', by: 'hotline' })
  })

  it('sends keys no test knows, which a server has to ignore', async () => {
    const { server } = await ring({ '/voice/incoming': '' })
    expect(server.asked[0]?.form.RufpassSimulator).toContain('ü')
  })

  it('signs over the public address although it connects elsewhere', async () => {
    const documents = {
      '/voice/incoming': '<Redirect>https://voice.example.com/next?a=1&amp;b=%C3%BC#rc=2&amp;rp=ct,5xx</Redirect>',
      '/next?a=1&b=%C3%BC': '<Hangup/>',
    }
    const { server, end } = await ring(documents, [], { publicUrl: 'https://voice.example.com' })
    expect(server.asked.map(({ path, signed }) => [path, signed])).toEqual([
      ['/voice/incoming', true],
      ['/next?a=1&b=%C3%BC', true],
      ['/voice/status', true],
    ])
    expect(end.by).toBe('hotline')
  })

  it('refuses to follow a document to a stranger', async () => {
    await expect(ring({ '/voice/incoming': '<Redirect>https://elsewhere.example.com/</Redirect>' })).rejects.toThrow(
      /asks only the server it calls/,
    )
  })

  it('follows relative addresses and an empty Redirect from the document they stand in', async () => {
    const { server } = await ring({
      '/voice/incoming': '<Redirect>step/1</Redirect>',
      '/voice/step/1': (_form, time) => (time === 1 ? '<Redirect/>' : '<Redirect>../done</Redirect>'),
      '/voice/done': '',
    })
    expect(server.asked.map(({ path }) => path).slice(0, -1)).toEqual([
      '/voice/incoming',
      '/voice/step/1',
      '/voice/step/1',
      '/voice/done',
    ])
    expect(server.asked.map(({ form }) => form.CallStatus)).toEqual([
      'ringing',
      'in-progress',
      'in-progress',
      'in-progress',
      'completed',
    ])
  })
})

describe('Say, Play, Pause', () => {
  it('takes as long as speech takes, 13 characters a second, and goes on', async () => {
    const { said, moments, end } = await ring({
      '/voice/incoming': `<Say language="de-DE">${'x'.repeat(130)}</Say><Pause length="2"/><Say loop="2">y<break time="500ms"/></Say>`,
    })
    expect(said).toEqual(['x'.repeat(130), 'y', 'y'])
    expect(moments.map(({ ms }) => Math.round(ms))).toEqual([10_000, 2000, 577, 577])
    expect(end.by).toBe('hotline')
  })

  it('hears no keys while nothing gathers them', async () => {
    const act = { at: 'prompt' as const, after: 1, deed: { kind: 'key' as const, key: '1' } }
    const { events, server } = await ring({ '/voice/incoming': '<Say>Eine Ansage, länger als kurz.</Say><Hangup/>' }, [
      act,
    ])
    expect(events).toContainEqual({ kind: 'keys_lost', count: 1 })
    expect(server.asked).toHaveLength(2)
  })

  it('stops when the caller hangs up', async () => {
    const act = { at: 'prompt' as const, deed: { kind: 'hang_up' as const } }
    const { end, said, server } = await ring({ '/voice/incoming': '<Say>Eins.</Say><Say>Zwei.</Say>' }, [act])
    expect(said).toEqual(['Eins.'])
    expect(end.by).toBe('caller')
    expect(server.asked.map(({ path }) => path)).toEqual(['/voice/incoming', '/voice/status'])
  })
})

describe('Gather', () => {
  it('ends at numDigits, with an empty FinishedOnKey', async () => {
    const { server, end } = await ring({ '/voice/incoming': gather('numDigits="4"'), '/step': '' }, key('12*4'))
    expect(end.seconds).toBeLessThan(5)
    expect(server.to('/step')[0]?.form).toMatchObject({ Digits: '12*4', FinishedOnKey: '', msg: 'Gather End' })
    expect(server.to('/step')[0]?.form.CallStatus).toBe('in-progress')
  })

  it('ends at the finish key, which is not among the digits', async () => {
    const { server } = await ring({ '/voice/incoming': gather(''), '/step': '' }, key('123456#'))
    expect(server.to('/step')[0]?.form).toMatchObject({ Digits: '123456', FinishedOnKey: '#' })
  })

  it('takes another finish key, or none', async () => {
    const star = await ring({ '/voice/incoming': gather('finishOnKey="*"'), '/step': '' }, key('1#*'))
    expect(star.server.to('/step')[0]?.form).toMatchObject({ Digits: '1#', FinishedOnKey: '*' })
    const none = await ring({ '/voice/incoming': gather('finishOnKey="" numDigits="3"'), '/step': '' }, key('1#*'))
    expect(none.server.to('/step')[0]?.form).toMatchObject({ Digits: '1#*', FinishedOnKey: '' })
  })

  it('sends what there is when the timeout comes, which each key starts again', async () => {
    const { server, end } = await ring(
      { '/voice/incoming': gather('numDigits="4" timeout="5"', ''), '/step': '' },
      key('12', 4000),
    )
    expect(server.to('/step')[0]?.form).toMatchObject({ Digits: '12', FinishedOnKey: '' })
    expect(end.seconds).toBe(13)
  })

  it('stops the prompts at the first key', async () => {
    const into = { at: 'prompt' as const, after: 100, deed: { kind: 'key' as const, key: '7' } }
    const { said, server, events } = await ring(
      { '/voice/incoming': gather('numDigits="1"', '<Say>Erstens.</Say><Say>Zweitens.</Say>'), '/step': '' },
      [into],
    )
    expect(said).toEqual(['Erstens.'])
    expect(server.to('/step')[0]?.form.Digits).toBe('7')
    expect(events).toContainEqual({ kind: 'entered', keys: '7', interrupted: true })
  })

  it('falls through on silence and on a bare #', async () => {
    const documents = { '/voice/incoming': `${gather('')}<Redirect>/silent</Redirect>`, '/silent': '' }
    for (const acts of [[], key('#')]) {
      const { server } = await ring(documents, acts)
      expect(server.to('/step')).toEqual([])
      expect(server.to('/silent')[0]?.form).not.toHaveProperty('Digits')
    }
  })

  it('asks the action on silence with actionOnEmptyResult, in both forms that Twilio may use', async () => {
    const again = gather('actionOnEmptyResult="true"')
    const { server } = await ring({
      '/voice/incoming': again,
      '/step': (_form, time) => (time === 1 ? again : ''),
    })
    const [first, second] = server.to('/step').map(({ form }) => form)
    expect(first).toMatchObject({ Digits: '', FinishedOnKey: '' })
    expect(second).not.toHaveProperty('Digits')
  })

  it('is silent as long as the words and the time to key are, at a server that lives by a time of its own', async () => {
    const documents = { '/voice/incoming': gather('timeout="9" actionOnEmptyResult="true"'), '/step': '' }
    const waitedAt = async (acts: Act[]): Promise<number> => {
      const serverClock = createFastClock(START)
      const { said } = await ring(documents, acts, { serverClock })
      expect(said).toHaveLength(1)
      return serverClock.now().getTime() - START.getTime()
    }
    expect(await waitedAt([])).toBeGreaterThanOrEqual(9000 + 400)
    expect(await waitedAt(key('#'))).toBe(0)
    expect(await waitedAt(key('7#'))).toBe(0)
  })

  it('tells a bare # from silence by FinishedOnKey', async () => {
    const { server } = await ring({ '/voice/incoming': gather('actionOnEmptyResult="true"'), '/step': '' }, key('#'))
    expect(server.to('/step')[0]?.form).toMatchObject({ Digits: '', FinishedOnKey: '#' })
  })

  it('asks its own document again when it has no action', async () => {
    const { server } = await ring(
      { '/voice/incoming': (form) => (form.Digits ? '' : '<Gather numDigits="1"/>') },
      key('5'),
    )
    expect(server.to('/voice/incoming').map(({ form }) => form.Digits)).toEqual([undefined, '5'])
  })

  it('loses keys that are pressed between two documents', async () => {
    const { events } = await ring({ '/voice/incoming': gather('numDigits="1"'), '/step': '' }, key('1'), { ready: 2 })
    expect(events).toContainEqual({ kind: 'keys_lost', count: 2 })
  })

  it('ends with the call when the caller hangs up', async () => {
    const acts = [...key('12'), { at: 'keys' as const, deed: { kind: 'hang_up' as const } }]
    const { server, end } = await ring({ '/voice/incoming': gather('') }, acts)
    expect(server.asked.map(({ path }) => path)).toEqual(['/voice/incoming', '/voice/status'])
    expect(end.by).toBe('caller')
  })
})

describe('Enqueue', () => {
  const enqueue = '<Enqueue action="/left" waitUrl="/wait">rheinnetz.bill</Enqueue>'
  const hangUp = { at: 'pause' as const, deed: { kind: 'hang_up' as const } }

  it('asks the wait document again whenever it ends, and the action when the caller hangs up', async () => {
    const { server, end } = await ring(
      {
        '/voice/incoming': enqueue,
        '/wait': (_form, time) => (time < 3 ? '<Say>Gleich.</Say>' : '<Pause/>'),
        '/left': '',
      },
      [hangUp],
    )
    expect(server.to('/wait').map(({ form }) => form.QueuePosition)).toEqual(['1', '1', '1'])
    expect(server.to('/wait')[0]?.form.QueueSid).toMatch(/^QU[0-9a-f]{32}$/)
    expect(server.to('/left')[0]?.form).toMatchObject({ QueueResult: 'hangup', CallStatus: 'completed' })
    expect(end).toMatchObject({ by: 'caller', handedTo: { kind: 'queue', queue: 'rheinnetz.bill' } })
  })

  it('follows the action after a talk with an agent', async () => {
    const bridged = { at: 'pause' as const, after: 500, deed: { kind: 'returned' as const, result: 'bridged' } }
    const { server, said } = await ring(
      { '/voice/incoming': enqueue, '/wait': '<Pause/>', '/left': '<Say>Auf Wiederhören.</Say>' },
      [bridged],
    )
    expect(server.to('/left')[0]?.form).toMatchObject({ QueueResult: 'bridged', CallStatus: 'in-progress' })
    expect(said).toEqual(['Auf Wiederhören.'])
  })

  it('leaves the queue by <Leave>, also from the action of a Gather in it', async () => {
    const { server, events } = await ring(
      {
        '/voice/incoming': enqueue,
        '/wait': '<Gather action="/offer" numDigits="1"/>',
        '/offer': '<Leave/>',
        '/left': '',
      },
      key('1'),
    )
    expect(server.to('/offer')[0]?.form.Digits).toBe('1')
    expect(server.to('/left')[0]?.form.QueueResult).toBe('leave')
    expect(events).toContainEqual({ kind: 'returned', result: 'leave', by: 'twiml' })
  })

  it('goes on with the next verb when there is no action', async () => {
    const { said } = await ring({
      '/voice/incoming': '<Enqueue waitUrl="/wait">q</Enqueue><Say>Danach.</Say>',
      '/wait': '<Leave/>',
    })
    expect(said).toEqual(['Danach.'])
  })

  it('comes back by an error when the wait document fails, without asking the fallback URL', async () => {
    const { server } = await ring({ '/voice/incoming': enqueue, '/wait': { status: 500, body: '' }, '/left': '' })
    expect(server.to('/left')[0]?.form.QueueResult).toBe('error')
    expect(server.to('/voice/fallback')).toEqual([])
  })

  it('plays music or nothing without a wait document', async () => {
    const act = { at: 'music' as const, after: 60_000, deed: { kind: 'hang_up' as const } }
    for (const attribute of ['', ' waitUrl=""']) {
      const { end, server } = await ring({ '/voice/incoming': `<Enqueue${attribute}>q</Enqueue>` }, [act])
      expect(end).toMatchObject({ by: 'caller', seconds: 60 })
      expect(server.asked).toHaveLength(2)
    }
  })

  it('refuses a wait document that would be asked for without end', async () => {
    await expect(ring({ '/voice/incoming': enqueue, '/wait': '' })).rejects.toThrow(/takes no time/)
  })
})

describe('Dial', () => {
  const dial = '<Dial action="/after"><Number>+493023125400</Number></Dial>'

  it('hands the call over, and follows the action when the other side is gone', async () => {
    const acts = [{ at: 'talk' as const, after: 30_000, deed: { kind: 'returned' as const, result: 'completed' } }]
    const { server, end } = await ring({ '/voice/incoming': dial, '/after': '<Hangup/>' }, acts)
    expect(server.to('/after')[0]?.form).toMatchObject({ DialCallStatus: 'completed', DialCallDuration: '30' })
    expect(end.handedTo).toEqual({ kind: 'number', number: '+493023125400' })
  })

  it('says so when nobody answers', async () => {
    const acts = [{ at: 'talk' as const, deed: { kind: 'returned' as const, result: 'no-answer' } }]
    const { server } = await ring({ '/voice/incoming': dial, '/after': '' }, acts)
    expect(server.to('/after')[0]?.form.DialCallStatus).toBe('no-answer')
    expect(server.to('/after')[0]?.form).not.toHaveProperty('DialCallDuration')
  })
})

it('refuses a call that never ends and takes no time', async () => {
  await expect(ring({ '/voice/incoming': '<Redirect/>' })).rejects.toThrow(RefusedTwiml)
})

it('lives by its clock alone', async () => {
  const { clock, end } = await ring({ '/voice/incoming': '<Pause length="600"/>' })
  expect(end.seconds).toBe(600)
  expect(clock.now().getTime() - START.getTime()).toBe(600_000)
})
