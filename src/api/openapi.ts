import { z } from 'zod'
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import { callContext, callSid } from '../context/call-context.ts'
import { agentName } from '../floor/view.ts'
import { noticeOrder, noticePlace } from '../flow/notice.ts'
import { reportOrder } from '../flow/report.ts'
import { specialDay, specialHours, specialHoursOrder } from '../flow/special-hours.ts'
import { basePathOf } from '../http/base-path.ts'
import { openapiOptions } from '../http/openapi-options.ts'
import { acts } from '../seams/tokens.ts'
import { customerPaths } from './customer-paths.ts'
import { coded, of, refusal, refusals, refusalsOf } from './described.ts'
import { OPERATOR_PATH, operations } from './operations.ts'
import { reportAnswer } from './report-form.ts'
import { verifyPath } from './verify-path.ts'

export const waitingQuery = z.strictObject({
  state: z.literal('waiting').meta({ description: 'Calls in this state; there is no other yet.' }),
})

export const callList = z
  .strictObject({ calls: z.array(callContext).meta({ description: 'First come, first served.' }) })
  .meta({ id: 'CallList' })

/** A notice as it is heard now. */
const notice = noticeOrder
  .extend({ since: z.iso.datetime().meta({ description: 'When it was set, UTC.' }) })
  .meta({ id: 'Notice' })

/** Special hours as they hold. */
const held = specialHours
  .extend({ since: z.iso.datetime().meta({ description: 'When they were set, UTC.' }) })
  .meta({ id: 'SpecialHours' })

export const specialHoursList = z.strictObject({ special_hours: z.array(held) }).meta({ id: 'SpecialHoursList' })

export const noticeList = z.strictObject({ notices: z.array(notice) }).meta({ id: 'NoticeList' })

/** The OpenAPI 3.1 document of the agents' API, out of the schemas that also check its answers. */
export function openApiDocument(publicBaseUrl: string): ReturnType<typeof createDocument> {
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Rufpass: calls',
        version: '1',
        description:
          'Who waits, what the call is about, how sure we are who is calling, and what callers are told for the time being. Never a digit of a credential.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: basePathOf(publicBaseUrl) || '/' }],
      security: [{ token: [] }],
      paths: {
        '/api/v1/calls': {
          get: {
            ...of('listCalls'),
            summary: 'All who wait, in strict order of arrival',
            requestParams: { query: waitingQuery },
            responses: {
              '200': { description: 'Who waits.', content: { 'application/json': { schema: callList } } },
              '400': refusal('A query that is not understood.'),
              ...refusalsOf('listCalls'),
            },
          },
        },
        '/api/v1/calls/{CallSid}': {
          get: {
            ...of('getCall'),
            summary: 'The context of one call',
            description: 'Every reading is recorded.',
            requestParams: { path: z.strictObject({ CallSid: callSid }) },
            responses: {
              '200': { description: 'Its context now.', content: { 'application/json': { schema: callContext } } },
              '404': refusal('No such call, or one that is over and forgotten.'),
              ...refusalsOf('getCall'),
            },
          },
        },
        '/api/v1/references/{reference}': {
          post: {
            ...of('redeemReference'),
            summary: 'The context of the call that an agent opened',
            description: 'Works once, within 60 seconds, and is recorded as a reading of that agent.',
            requestParams: {
              path: z.strictObject({
                reference: z.string().meta({ description: 'From the address that DESK_OPEN_URL became.' }),
              }),
            },
            responses: {
              '200': { description: 'Its context now.', content: { 'application/json': { schema: callContext } } },
              '404': refusal('Never given out, used, too old, or of a call that is forgotten.'),
              ...refusalsOf('redeemReference'),
            },
          },
        },
        '/api/v1/agents/{name}/away': {
          post: {
            ...of('setAgentAway'),
            summary: 'Makes an agent away, who is then offered no more callers',
            description:
              'Not out of a call: it goes on. Agents see why, and may be available again by themselves. Recorded as an event.',
            requestParams: {
              path: z.strictObject({ name: agentName.meta({ description: 'What the agent signs in with.' }) }),
            },
            responses: {
              '200': { description: 'Done.', content: { 'application/json': { schema: z.strictObject({}) } } },
              '404': refusal('There is no such agent.'),
              '409': refusal('The agent is not available.'),
              ...refusalsOf('setAgentAway'),
            },
          },
        },
        '/api/v1/notices': {
          get: {
            ...of('listNotices'),
            summary: 'What callers are told for the time being',
            responses: {
              '200': { description: 'All that are on.', content: { 'application/json': { schema: noticeList } } },
              ...refusalsOf('listNotices'),
            },
          },
          put: {
            ...of('setNotice'),
            summary: 'Tells callers of a brand or topic something, within a minute',
            description: 'Replaces the notice for the same callers. What was on before is kept as history.',
            requestBody: { required: true, content: { 'application/json': { schema: noticeOrder } } },
            responses: {
              '200': {
                description: 'The notice as it is on now.',
                content: { 'application/json': { schema: notice } },
              },
              '400': refusal('A notice that cannot be spoken, or for a brand, topic or language that there is not.'),
              ...refusalsOf('setNotice'),
            },
          },
          delete: {
            ...of('clearNotice'),
            summary: 'Switches a notice off',
            requestParams: {
              query: z.strictObject({
                brand: noticePlace.shape.brand,
                topic: noticePlace.shape.topic.unwrap().unwrap().optional(),
              }),
            },
            responses: {
              '204': { description: 'It is off.' },
              '400': refusal('A query that is not understood.'),
              '404': refusal('No notice is on for these callers.'),
              ...refusalsOf('clearNotice'),
            },
          },
        },
        '/api/v1/tickets': {
          post: {
            ...of('reportTicket'),
            summary: 'Tells of a matter that a customer reported by another channel',
            description:
              'One matter has one ticket: a further report of the same customer and topic joins the open one and keeps the time of the first. One that was made earlier and comes later moves that time. No report makes a wait shorter. Sent again it is still one.',
            requestBody: { required: true, content: { 'application/json': { schema: reportOrder } } },
            responses: {
              '200': {
                description: 'It has joined the ticket of this matter, or had come before.',
                content: { 'application/json': { schema: reportAnswer } },
              },
              '201': {
                description: 'A ticket was opened with it.',
                content: { 'application/json': { schema: reportAnswer } },
              },
              '400': refusal('A report that is not in form, or for a brand, topic or channel that there is not.'),
              '404': refusal('The brand has no such customer: `no_customer`.', coded),
              '409': refusal(
                'The number means something else (`number_taken`), or the id does (`other_report`).',
                coded,
              ),
              ...refusalsOf('reportTicket'),
            },
          },
        },
        '/api/v1/verify': verifyPath(),
        ...customerPaths(),
        ...operatorPaths(),
        '/api/v1/special-hours': {
          get: {
            ...of('listSpecialHours'),
            summary: 'Days from today on that are open or closed unlike on others of their weekday',
            responses: {
              '200': {
                description: 'By day. Those of the brand files are not among them.',
                content: { 'application/json': { schema: specialHoursList } },
              },
              ...refusalsOf('listSpecialHours'),
            },
          },
          put: {
            ...of('setSpecialHours'),
            summary: 'Opens or closes a brand on one day, within a minute, and says why',
            description: 'Replaces those of the same day. Callers who were let in before are served.',
            requestBody: { required: true, content: { 'application/json': { schema: specialHoursOrder } } },
            responses: {
              '200': {
                description: 'The hours as they hold now.',
                content: { 'application/json': { schema: held } },
              },
              '400': refusal('Hours, a day, words or a brand that cannot be meant.'),
              ...refusalsOf('setSpecialHours'),
            },
          },
          delete: {
            ...of('clearSpecialHours'),
            summary: 'Takes the special hours of a day away',
            requestParams: { query: specialDay },
            responses: {
              '204': { description: 'The day is as others again.' },
              '400': refusal('A query that is not understood.'),
              '404': refusal('None are set for this day.'),
              ...refusalsOf('clearSpecialHours'),
            },
          },
        },
      },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: `API_TOKEN, which may do everything, or a token of \`npx rufpass tokens add\`, which needs the act that is named at each operation. ${Object.entries(
              acts,
            )
              .map(([act, lets]) => `\`${act}\`: ${lets}.`)
              .join(' ')}`,
          },
          operatorKey: {
            type: 'http',
            scheme: 'bearer',
            description:
              'Made at each start, in the file DIRECTORY.address beside an embedded store, for its owner alone.',
          },
        },
      },
    },
    openapiOptions,
  )
}

/** What commands ask a server that has the embedded store for itself; there is none of it where the store is Postgres. */
function operatorPaths(): ZodOpenApiPathsObject {
  return Object.fromEntries(
    Object.entries(operations).map(([name, { summary, input, output }]) => [
      `${OPERATOR_PATH}/${name}`,
      {
        post: {
          operationId: name === 'setNotice' || name === 'clearNotice' ? `operator_${name}` : name,
          summary,
          tags: ['operator'],
          security: [{ operatorKey: [] }],
          requestBody: { required: true, content: { 'application/json': { schema: input } } },
          responses: {
            '200': { description: 'Done, or as told.', content: { 'application/json': { schema: output } } },
            '400': refusal('What cannot be done, in a sentence that says why.'),
            ...refusals,
          },
        },
      },
    ]),
  )
}
