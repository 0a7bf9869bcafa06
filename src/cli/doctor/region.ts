import { defineCheck } from './check.ts'

interface Seen {
  region: string | null
  edge: string | null
  isStandIn: boolean
}

/**
 * Regions besides us1, with the edge that leads into each. Without it there is no address any more since 2026-04-28.
 * https://www.twilio.com/docs/global-infrastructure/using-the-twilio-rest-api-in-a-non-us-region
 * https://www.twilio.com/docs/twilio-cli/general-usage/regional
 */
const REGIONS = new Map([
  ['ie1', { edge: 'dublin', country: 'Ireland' }],
  ['au1', { edge: 'sydney', country: 'Australia' }],
  ['jp1', { edge: 'tokyo', country: 'Japan' }],
])
const DEFAULT = 'us1'

export const region = defineCheck({
  name: 'region',
  needs: ['TWILIO_REGION', 'TWILIO_EDGE', 'TELEPHONY'],
  ofVoice: true,
  remedies: {
    none: { weight: 'note', remedy: null },
    default: {
      weight: 'note',
      remedy:
        'To keep them in Ireland: TWILIO_REGION=ie1, TWILIO_EDGE=dublin, the token of that region, and the number routed there.',
    },
    no_edge: {
      weight: 'fault',
      remedy: 'Set TWILIO_EDGE to the edge of the region: ie1 dublin, au1 sydney, jp1 tokyo.',
    },
    other_edge: {
      weight: 'fault',
      remedy: 'Set TWILIO_EDGE to the edge of the region: ie1 dublin, au1 sydney, jp1 tokyo.',
    },
    unknown: {
      weight: 'warning',
      remedy: 'Look it up at Twilio (Global Infrastructure), or take it out: the default is us1.',
    },
  },
  look: ({ config }): Seen => ({
    region: config.twilioRegion,
    edge: config.twilioEdge,
    isStandIn: config.telephony === 'stand-in',
  }),
  judge({ region, edge, isStandIn }) {
    if (isStandIn) return [{ code: 'none', says: 'No call goes by Twilio.' }]
    if (region === null)
      return [
        {
          code: 'default',
          says: `${DEFAULT}, by default: Twilio handles the calls, and keeps what it knows of them, in the United States.`,
        },
      ]
    if (region === DEFAULT) return [{ good: `${DEFAULT}, as it is set: the United States.` }]
    const known = REGIONS.get(region)
    if (known === undefined) return [{ code: 'unknown', says: `${region} is none that is known here.` }]
    if (edge === null) return [{ code: 'no_edge', says: `${region} without TWILIO_EDGE has no address any more.` }]
    if (edge !== known.edge) return [{ code: 'other_edge', says: `The edge ${edge} does not lead into ${region}.` }]
    return [{ good: `${region} by ${edge}: ${known.country}.` }]
  },
})
