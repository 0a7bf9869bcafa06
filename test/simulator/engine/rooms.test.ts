import { describe, expect, it } from '@jest/globals'
import type { Parameters } from '../../../src/simulator/engine/parameters.ts'
import { createRooms, type Seat } from '../../../src/simulator/engine/rooms.ts'
import type { ConferenceNoun } from '../../../src/simulator/engine/verbs.ts'

const CALLBACK = { url: 'https://hotline.example/room', events: ['start', 'end', 'join', 'leave', 'hold'] }

function hall() {
  const told: Parameters[] = []
  const heard: string[] = []
  const rooms = createRooms(({ parameters }) => told.push(parameters))
  const enter = (callSid: string, noun: Partial<ConferenceNoun> = {}): Seat =>
    rooms.enter({
      callSid,
      noun: {
        room: 'r',
        label: callSid,
        muted: false,
        startOnEnter: true,
        endOnExit: false,
        waitUrl: '',
        maxParticipants: 250,
        callback: CALLBACK,
        ...noun,
      },
      changed: () => heard.push(`${callSid} looks`),
      hear: (text) => heard.push(`${callSid} hears ${text}`),
    })
  const events = () => told.map(({ StatusCallbackEvent, CallSid }) => [StatusCallbackEvent, CallSid ?? ''].join(' '))
  return { rooms, told, heard, enter, events }
}

describe('a conference', () => {
  it('begins with the second participant, and only when one of them may start it', () => {
    const { rooms, enter, events } = hall()
    const anna = enter('anna', { startOnEnter: false, waitUrl: 'https://hotline.example/music' })
    enter('carla', { startOnEnter: false })
    expect(anna.hears().url).toBe('https://hotline.example/music')
    expect(rooms.say('anna', 'Hallo?')).toBe(false)
    enter('berta')
    expect(anna.hears().url).toBeNull()
    expect(rooms.say('anna', 'Hallo!')).toBe(true)
    expect(events().at(-1)).toBe('conference-start ')
  })

  it('has a new sid after each end, and counts its callbacks from the start', () => {
    const { told, enter } = hall()
    enter('anna').leave('participant_hung_up')
    enter('anna').leave('participant_hung_up')
    expect(new Set(told.map(({ ConferenceSid }) => ConferenceSid)).size).toBe(2)
    expect(told.map(({ SequenceNumber }) => SequenceNumber)).toEqual(['1', '2', '3', '1', '2', '3'])
  })

  it('ends for all when someone leaves who ends it, also by a redirect', () => {
    const { rooms, told, enter, events } = hall()
    const anna = enter('anna', { endOnExit: true })
    const berta = enter('berta')
    anna.leave('participant_updated_via_api')
    expect(berta.over()).toBe(true)
    expect(events().slice(-3)).toEqual(['participant-leave anna', 'participant-leave berta', 'conference-end '])
    expect(told.at(-1)).toMatchObject({
      ReasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
      CallSidEndingConference: 'anna',
    })
    expect(told.at(-2)).toMatchObject({ ReasonParticipantLeft: 'moderator_ended_conference' })
    const before = events().length
    berta.leave('participant_hung_up')
    expect(events()).toHaveLength(before)
    expect(rooms.find(told[0]?.ConferenceSid ?? '')).toBeNull()
  })

  it('tells what the first participant ordered, where they ordered it', () => {
    const { told, enter } = hall()
    enter('anna', { callback: { ...CALLBACK, events: ['leave'] } })
    enter('berta').leave('participant_hung_up')
    expect(told.map(({ StatusCallbackEvent, CallSid }) => [StatusCallbackEvent, CallSid])).toEqual([
      ['participant-leave', 'berta'],
    ])
    const silent = hall()
    silent.enter('anna', { callback: null })
    silent.enter('berta')
    expect(silent.told).toEqual([])
  })

  it('takes no second participant of one label, and not more than it may', () => {
    const { enter } = hall()
    const anna = enter('anna', { label: 'agent', maxParticipants: 2 })
    expect(() => enter('berta', { label: 'agent' })).toThrow(/in use \(16025\)/)
    enter('berta', { label: 'caller' })
    expect(() => enter('carla', { maxParticipants: 2 })).toThrow(/full \(16020\)/)
    anna.leave('participant_hung_up')
    enter('carla', { label: 'agent' })
  })

  it('hears nothing of who is muted or on hold, and tells of a hold once', () => {
    const { rooms, told, heard, enter, events } = hall()
    const anna = enter('anna')
    enter('berta', { muted: true })
    enter('carla')
    const sid = told[0]?.ConferenceSid ?? ''
    expect(rooms.say('berta', 'stumm')).toBe(false)
    rooms.hold(sid, 'anna', { url: 'https://hotline.example/hold' })
    rooms.hold(sid, 'anna', { url: 'https://hotline.example/hold' })
    expect(anna.hears().url).toBe('https://hotline.example/hold')
    expect(rooms.say('anna', 'hier')).toBe(false)
    rooms.say('carla', 'da')
    rooms.hold(sid, 'anna', null)
    expect(heard.filter((line) => line.includes('hears'))).toEqual(['berta hears da'])
    expect(events().slice(-2)).toEqual(['participant-hold anna', 'participant-unhold anna'])
  })
})
