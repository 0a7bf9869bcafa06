/** Which network a request comes from. */
import { isIPv6 } from 'node:net'

const PRIVATE = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|0:0:0:0|f[cd][0-9a-f]{2}:|fe80:|$)/i

/** A proxy that nobody told us of, or this machine: what comes from there is everybody. */
export function isEverybody(network: string): boolean {
  return PRIVATE.test(network)
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:([0-9.]+)|\[([0-9a-f:.%]+)\])(?::[0-9]{1,5})?$/i

/** One line of IPv6 has a whole /64, and may choose from it an address for every try. What is no address is a network by itself. */
export function networkOf(address: string): string {
  const [, v4, v6] = WITH_PORT.exec(address) ?? []
  const [plain = ''] = (v4 ?? v6 ?? address).toLowerCase().split('%')
  if (!isIPv6(plain)) return plain
  const groups = groupsOf(plain)
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group, 16)) as [number, number]
  if (groups.slice(0, 6).join(':') === MAPPED) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return groups.slice(0, 4).join(':')
}

/** An address of IPv4 in one of IPv6, `::ffff:192.0.2.1`: RFC 4291, 2.5.5.2. */
const MAPPED = '0:0:0:0:0:ffff'

/** All eight, in small letters and without leading zeros, as a URL writes them. */
function groupsOf(v6: string): string[] {
  const written = new URL(`http://[${v6}]`).hostname.slice(1, -1)
  const [front = [], back] = written.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  if (back === undefined) return front
  return [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back]
}
