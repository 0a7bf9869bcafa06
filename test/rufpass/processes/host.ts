/**
 * `host.ts URL`: an Express app of an operator with Rufpass on it, on a database that exists; reports its port. From the build,
 * as operators have it, which knows what it has proved before.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { KEYS } from '../../support/app.ts'
import { ACCOUNT_SID, AUTH_TOKEN, PUBLIC_BASE_URL } from '../../support/signing.ts'

const build = new URL('../../../dist/src/index.js', import.meta.url).href
const { createRufpass } = (await import(build)) as typeof import('../../../src/index.ts')
const [url = ''] = process.argv.slice(2)

const rufpass = await createRufpass({
  settings: {
    DATABASE_URL: url,
    PUBLIC_BASE_URL,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    API_TOKEN: KEYS.API_TOKEN,
    PIN_KEYS: `test:${KEYS.PIN_KEY.toString('base64')}`,
    SUBJECT_KEY: KEYS.SUBJECT_KEY.toString('base64'),
    LOG_LEVEL: 'silent',
  },
})
const server = createServer(express().use(rufpass.routes))
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
