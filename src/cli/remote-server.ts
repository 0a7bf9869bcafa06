import type { Config } from '../config/config.ts'
import { keptKeys } from '../config/keys.ts'
import { isLoopback } from '../config/tryout.ts'
import type { RemoteServer } from './call-server.ts'

/**
 * The server at `url`, called with what this folder knows: signed with the token that is set or in the key file here, and
 * for the address that the settings here give it. Nothing is made up, for a server would refuse it. The API token goes
 * to this machine or to that address alone.
 * @throws Error with a sentence when there is no token, or `url` is no address of a server.
 */
export function remoteServer({ keys, database, port, publicBaseUrl }: Config, url: string): RemoteServer {
  const baseUrl = addressOf(url)
  const kept = keptKeys(keys, database)
  if (kept.authToken === null || kept.accountSid === null) {
    const lacking = kept.file === null ? 'TWILIO_AUTH_TOKEN is not set' : `there is no key file ${kept.file}`
    throw new Error(
      `${lacking}, and without its token no server takes a call: run this in the folder of the server at ${baseUrl}, or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.`,
    )
  }
  const isHere = isLoopback(new URL(baseUrl).hostname)
  // Nothing was set, so a server of this folder calls itself by its port, whichever it was started with.
  const isDefault = publicBaseUrl === `http://localhost:${port}`
  const signedFor = isDefault ? (isHere ? asLocalhost(baseUrl) : baseUrl) : publicBaseUrl
  const mayAsk = isHere || baseUrl === publicBaseUrl
  return {
    server: {
      baseUrl,
      inRealTime: true,
      publicBaseUrl: signedFor,
      accountSid: kept.accountSid,
      authToken: kept.authToken,
      apiToken: mayAsk ? kept.apiToken : null,
    },
    notes: [
      `Signed with the token ${kept.isFromFile ? `in ${kept.file}` : 'that is set here'}, for a server that knows itself as ${signedFor}.`,
      ...(signedFor === baseUrl || isDefault
        ? []
        : [
            `That is PUBLIC_BASE_URL here, and not ${baseUrl}: the server there must have the same, or it refuses the call.`,
          ]),
      ...(mayAsk ? [] : ['What agents see is not asked for: the API token of this folder goes to no other machine.']),
    ],
  }
}

/** Without a slash, a query or a fragment at the end. */
function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search || parsed.hash || parsed.username) {
    throw new Error(`--url '${url}' is no address of a server: write it as http://localhost:3000.`)
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '')
}

function asLocalhost(baseUrl: string): string {
  const local = new URL(baseUrl)
  local.hostname = 'localhost'
  return local.href.replace(/\/+$/, '')
}
