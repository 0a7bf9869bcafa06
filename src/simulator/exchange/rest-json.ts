/** Twilio's resources as JSON, with the properties that can be told here. */

import type { ParticipantState, RoomState } from '../engine/rooms.ts'
import type { Handset } from './handset.ts'

type Json = Record<string, string | boolean | null>
const VERSION = '2010-04-01'

export function callJson(accountSid: string, phone: Handset): Json {
  const view = phone.view()
  const [from, to] = view.kind === 'caller' ? [view.number, view.with] : [view.with, view.number]
  return {
    sid: phone.callSid,
    account_sid: accountSid,
    api_version: VERSION,
    direction: view.kind === 'caller' ? 'inbound' : 'outbound-api',
    from: from ?? 'anonymous',
    to,
    status: phone.status() === 'ringing' ? 'queued' : phone.status(),
    uri: `/${VERSION}/Accounts/${accountSid}/Calls/${phone.callSid}.json`,
  }
}

/** A call whose phone may be forgotten. */
export function endedCallJson(accountSid: string, sid: string): Json {
  const uri = `/${VERSION}/Accounts/${accountSid}/Calls/${sid}.json`
  return { sid, account_sid: accountSid, api_version: VERSION, status: 'completed', uri }
}

export function conferenceJson(accountSid: string, room: RoomState): Json {
  return {
    sid: room.sid,
    account_sid: accountSid,
    api_version: VERSION,
    friendly_name: room.name,
    status: 'completed',
    reason_conference_ended: 'conference-ended-via-api',
    uri: `/${VERSION}/Accounts/${accountSid}/Conferences/${room.sid}.json`,
  }
}

export function participantJson(accountSid: string, conferenceSid: string, participant: ParticipantState): Json {
  const { callSid, label, held, noun } = participant
  return {
    account_sid: accountSid,
    call_sid: callSid,
    conference_sid: conferenceSid,
    label,
    hold: held,
    muted: noun.muted,
    coaching: false,
    start_conference_on_enter: noun.startOnEnter,
    end_conference_on_exit: noun.endOnExit,
    status: 'connected',
    uri: `/${VERSION}/Accounts/${accountSid}/Conferences/${conferenceSid}/Participants/${callSid}.json`,
  }
}
