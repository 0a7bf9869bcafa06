/**
 * Conferences: who is in which room, who hears which other, and what is told about it.
 * https://www.twilio.com/docs/voice/twiml/conference
 */
import { newSid, type Parameters } from './parameters.ts'
import { type ConferenceNoun, RefusedTwiml } from './verbs.ts'

/** https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback, those that can come about here. */
export type RoomExit =
  | 'participant_hung_up'
  | 'participant_updated_via_api'
  | 'moderator_ended_conference'
  | 'conference_ended_via_api'
export type EndReason =
  | 'conference-ended-via-api'
  | 'participant-with-end-conference-on-exit-left'
  | 'last-participant-left'

/** A leg that comes in. */
export interface RoomVisit {
  callSid: string
  noun: ConferenceNoun
  /** Something is different for this leg: it is held, the talk has begun, the room is over. */
  changed(): void
  hear(text: string): void
}

/** A leg's place in a room, from entering to leaving. */
export interface Seat {
  /** The document to be played, if any; another object after each change. */
  hears(): { url: string | null }
  held(): boolean
  over(): boolean
  /** Does nothing when the room ended before. */
  leave(reason: RoomExit): void
}

/** A conference callback, to be sent. */
export interface RoomCallback {
  url: string
  event: string
  parameters: Parameters
}

/** How a participant or a room stands, for those who ask by REST. */
export interface ParticipantState {
  callSid: string
  label: string | null
  held: boolean
  noun: ConferenceNoun
}
export interface RoomState {
  sid: string
  name: string
  started: boolean
  participants: ParticipantState[]
}

export interface Rooms {
  /** @throws RefusedTwiml when the room is full (16020) or the label in use (16025). */
  enter(visit: RoomVisit): Seat
  /** A running conference. */
  find(conferenceSid: string): RoomState | null
  /** Holds a participant, or with null takes them off hold. False: there is no such participant. */
  hold(conferenceSid: string, callSid: string, hold: { url: string | null } | null): boolean
  /** Everyone drops out, and goes on with the next thing. False: no such conference runs. */
  end(conferenceSid: string): boolean
  /** Says something to all others who hear it. False: this leg is in no room, or on hold, or the talk has not begun. */
  say(callSid: string, text: string): boolean
}

interface Place {
  visit: RoomVisit
  hold: { url: string | null } | null
  hears: { url: string | null }
  gone: boolean
}
interface Room {
  sid: string
  name: string
  started: boolean
  places: Place[]
  callback: ConferenceNoun['callback']
  sequence: number
}

/** The word of `statusCallbackEvent` that orders an event. */
const ordered: Record<string, string> = {
  'conference-start': 'start',
  'conference-end': 'end',
  'participant-join': 'join',
  'participant-leave': 'leave',
  'participant-hold': 'hold',
  'participant-unhold': 'hold',
}

export function createRooms(send: (callback: RoomCallback) => void): Rooms {
  /** By name; a name is free again as soon as its conference has ended. */
  const rooms = new Map<string, Room>()

  const bySid = (sid: string): Room | undefined => [...rooms.values()].find((room) => room.sid === sid)
  const placeIn = (room: Room, callSid: string): Place | undefined =>
    room.places.find(({ visit }) => visit.callSid === callSid)

  function tell(room: Room, event: string, extra: Parameters): void {
    const { callback } = room
    if (!callback?.events.includes(ordered[event] ?? '')) return
    room.sequence++
    const parameters = {
      ConferenceSid: room.sid,
      FriendlyName: room.name,
      SequenceNumber: String(room.sequence),
      StatusCallbackEvent: event,
      ...extra,
    }
    send({ url: callback.url, event, parameters })
  }

  function open(name: string, callback: ConferenceNoun['callback']): Room {
    const room: Room = { sid: newSid('CF'), name, started: false, places: [], callback, sequence: 0 }
    rooms.set(name, room)
    return room
  }

  function change(room: Room, place: Place): void {
    place.hears = { url: place.hold ? place.hold.url : room.started ? null : place.visit.noun.waitUrl }
    place.visit.changed()
  }

  /** Twilio starts with the second participant, if one of them may start it. */
  function startIfReady(room: Room): void {
    if (room.started || room.places.length < 2 || !room.places.some(({ visit }) => visit.noun.startOnEnter)) return
    room.started = true
    tell(room, 'conference-start', {})
    for (const place of room.places) change(room, place)
  }

  function dropOut(room: Room, place: Place, reason: RoomExit): void {
    place.gone = true
    room.places = room.places.filter((other) => other !== place)
    const status = reason === 'participant_hung_up' ? 'completed' : 'in-progress'
    tell(room, 'participant-leave', {
      ...about(place),
      ReasonParticipantLeft: reason,
      ParticipantCallStatus: status,
    })
  }

  function close(room: Room, ended: EndReason, left: RoomExit, because: Parameters): void {
    rooms.delete(room.name)
    for (const place of room.places) {
      dropOut(room, place, left)
      place.visit.changed()
    }
    tell(room, 'conference-end', { ReasonConferenceEnded: ended, ...because })
  }

  function leave(room: Room, place: Place, reason: RoomExit): void {
    if (place.gone) return
    dropOut(room, place, reason)
    const { callSid, noun } = place.visit
    const because = {
      CallSidEndingConference: callSid,
      ...(noun.label === null ? {} : { ParticipantLabelEndingConference: noun.label }),
    }
    if (noun.endOnExit) {
      close(room, 'participant-with-end-conference-on-exit-left', 'moderator_ended_conference', because)
    } else if (room.places.length === 0) {
      close(room, 'last-participant-left', 'moderator_ended_conference', because)
    }
  }

  return {
    enter(visit) {
      const { noun } = visit
      const room = rooms.get(noun.room) ?? open(noun.room, noun.callback)
      if (room.places.length >= noun.maxParticipants) throw new RefusedTwiml(`${noun.room}: the room is full (16020).`)
      if (noun.label !== null && room.places.some((other) => other.visit.noun.label === noun.label)) {
        throw new RefusedTwiml(`${noun.room}: the label '${noun.label}' is in use (16025).`)
      }
      const hears = { url: room.started ? null : noun.waitUrl }
      const place: Place = { visit, hold: null, hears, gone: false }
      room.places.push(place)
      tell(room, 'participant-join', { ...about(place), ParticipantCallStatus: 'in-progress' })
      startIfReady(room)
      return {
        hears: () => place.hears,
        held: () => place.hold !== null,
        over: () => place.gone,
        leave: (reason) => leave(room, place, reason),
      }
    },
    find(conferenceSid) {
      const room = bySid(conferenceSid)
      if (!room) return null
      const participants = room.places.map(({ visit, hold }) => ({
        callSid: visit.callSid,
        label: visit.noun.label,
        held: hold !== null,
        noun: visit.noun,
      }))
      return { sid: room.sid, name: room.name, started: room.started, participants }
    },
    hold(conferenceSid, callSid, hold) {
      const room = bySid(conferenceSid)
      const place = room && placeIn(room, callSid)
      if (!place) return false
      const before = place.hold !== null
      place.hold = hold
      if (before !== (hold !== null)) tell(room, before ? 'participant-unhold' : 'participant-hold', about(place))
      change(room, place)
      return true
    },
    end(conferenceSid) {
      const room = bySid(conferenceSid)
      if (!room) return false
      close(room, 'conference-ended-via-api', 'conference_ended_via_api', {})
      return true
    },
    say(callSid, text) {
      for (const room of rooms.values()) {
        const speaker = placeIn(room, callSid)
        if (!speaker) continue
        if (!room.started || speaker.hold || speaker.visit.noun.muted) return false
        for (const other of room.places) if (other !== speaker && !other.hold) other.visit.hear(text)
        return true
      }
      return false
    },
  }
}

function about({ visit: { callSid, noun }, hold }: Place): Parameters {
  return {
    CallSid: callSid,
    ...(noun.label === null ? {} : { ParticipantLabel: noun.label }),
    Muted: String(noun.muted),
    Hold: String(hold !== null),
    Coaching: 'false',
    StartConferenceOnEnter: String(noun.startOnEnter),
    EndConferenceOnExit: String(noun.endOnExit),
  }
}
