/** Which network a request comes from. */
import { isIPv6 } from 'node:net'

const PRIVATE = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|0:0:0:0|f[cd][0-9a-f]{2}:|fe80:|$)/i

/** A proxy that nobody told us of, or this machine: what comes from there is everybody. */
export function isEverybody(network: string): boolean {
  return PRIVATE.test(network)
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:([0-9.]+)|\[([0-9a-f:.%]+)\])(?::[0-9]{1,5})?$/i

/** One line of IPv6 has a whole /64, and may choose from it an address for every try. */
export function networkOf(address: string): string {
  const [, v4, v6] = WITH_PORT.exec(address) ?? []
  const plain = (v4 ?? v6 ?? address).replace(/^::ffff:(?=[0-9.]+$)/i, '').toLowerCase()
  if (!isIPv6(plain)) return plain
  const [front = '', back] = plain.split('%')[0]?.split('::') ?? []
  const groups = front.split(':').filter((group) => group !== '')
  const zeros = back === undefined ? [] : Array<string>(8).fill('0')
  return [...groups, ...zeros]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
