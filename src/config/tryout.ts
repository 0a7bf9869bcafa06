/**
 * When a start is only for trying out: on this machine, for this machine, and not in production. What everybody may know
 * (the demo's PINs and passwords) and what needs no password (the stand-in for Twilio) is there in a try-out alone.
 */
import { BlockList, isIP } from 'node:net'

/** Where a server is, as far as it knows. */
export interface ServerPlace {
  production: boolean
  /** The address listened on; null when another app listens for us and may do so anywhere. */
  host: string | null
  publicBaseUrl: string
}

/** RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3; an IPv4 address written as IPv6 counts too. */
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

export function isTryout(place: ServerPlace): boolean {
  return whyNoTryout(place) === null
}

/** What makes it more than a try-out, in words that go on after "must be set"; null: it is a try-out. */
export function whyNoTryout({ production, host, publicBaseUrl }: ServerPlace): string | null {
  if (production) return 'in production'
  if (host === null) return 'inside an app of your own'
  if (!isLoopback(new URL(publicBaseUrl).hostname)) return 'where PUBLIC_BASE_URL is not localhost'
  if (!isLoopback(host)) return 'where HOST lets in other machines'
  return null
}

/** Whether an address, or the host name of a URL, leads to this machine alone. Of names only `localhost` does for sure. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(bare)
  if (family === 0) return bare.toLowerCase() === 'localhost'
  return loopback.check(bare, family === 4 ? 'ipv4' : 'ipv6')
}
