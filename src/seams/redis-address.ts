/** The forms of REDIS_URL, for the settings, which refuse what is none, and for those who connect. */

export interface Endpoint {
  host: string
  port: number
}

interface Login {
  username?: string
  password?: string
}

/**
 * `server`: one at a fixed address, as ioredis reads it. `sentinel`: whatever server the Sentinels there call the master of
 * this name. `cluster`: nodes of a cluster; any one of them tells of the others.
 */
export type RedisAddress =
  | { kind: 'server'; url: string }
  | ({ kind: 'sentinel'; tls: boolean; endpoints: Endpoint[]; master: string; db: number; sentinel: Login } & Login)
  | ({ kind: 'cluster'; tls: boolean; endpoints: Endpoint[] } & Login)

/** The message is a sentence for people, gives an example and repeats nothing that was read. */
export class NoRedisAddress extends Error {
  override readonly name = 'NoRedisAddress'
}

const PORTS = { sentinel: 26_379, cluster: 6_379 }
const EXAMPLES = {
  sentinel: 'redis+sentinel://host1:26379,host2:26379/mymaster',
  cluster: 'redis+cluster://host1:6379,host2:6379',
}
const MANY =
  /^redis(?<tls>s?)\+(?<kind>sentinel|cluster):\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]*)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/
const ENDPOINT = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9_-][A-Za-z0-9._-]*))(?::(?<port>[0-9]{1,5}))?$/

/** @throws NoRedisAddress */
export function redisAddressOf(url: string): RedisAddress {
  const { tls, kind, login, hosts = '', path = '', query = '' } = MANY.exec(url)?.groups ?? {}
  if (kind !== 'sentinel' && kind !== 'cluster') {
    if (/^rediss?\+/.test(url)) throw mustBe('sentinel', 'is not the address of Sentinels or of a cluster')
    if (/^(rediss?:\/\/|\/)\S+$/.test(url) && (url.startsWith('/') || URL.canParse(url))) return { kind: 'server', url }
    throw new NoRedisAddress(
      'REDIS_URL must be like redis://host:6379 (rediss:// for TLS) or the path of a socket, ' +
        `${EXAMPLES.sentinel} or ${EXAMPLES.cluster}.`,
    )
  }
  const refuse = (why: string): NoRedisAddress => mustBe(kind, why)
  const endpoints = hosts.split(',').map((one) => endpointOf(one, PORTS[kind], refuse))
  const shared = { tls: tls === 's', endpoints, ...(login === undefined ? {} : loginOf(login, refuse)) }
  if (kind === 'cluster') {
    if (path.length > 1) throw refuse('names a database, and a cluster has none: leave out what follows the hosts')
    if (query !== '') throw refuse('has a ? in it, and a cluster knows no such options')
    return { kind, ...shared }
  }
  const [, master, db = '0', more] = path.split('/')
  if (!master) throw refuse('does not say what the Sentinels call the master')
  if (!/^[0-9]{1,4}$/.test(db) || more !== undefined) throw refuse('has something after the master that is no database')
  return { kind, ...shared, master: decoded(master, refuse), db: Number(db), sentinel: sentinelLogin(query, refuse) }
}

/** For people: without passwords and users. */
export function shownAddress(address: RedisAddress): string {
  if (address.kind === 'server') {
    if (address.url.startsWith('/')) return address.url
    const { protocol, host, pathname } = new URL(address.url)
    return `${protocol}//${host}${pathname}`
  }
  const hosts = address.endpoints
    .map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(',')
  const scheme = `redis${address.tls ? 's' : ''}+${address.kind}://${hosts}`
  return address.kind === 'cluster' ? scheme : `${scheme}/${address.master}${address.db ? `/${address.db}` : ''}`
}

type Refuse = (why: string) => NoRedisAddress

const mustBe = (kind: keyof typeof EXAMPLES, why: string): NoRedisAddress =>
  new NoRedisAddress(`REDIS_URL must be like ${EXAMPLES[kind]}. It ${why}.`)

function endpointOf(written: string, usual: number, refuse: Refuse): Endpoint {
  const { v6, name, port } = ENDPOINT.exec(written)?.groups ?? {}
  const host = v6 ?? name
  if (host === undefined) throw refuse('does not name hosts with commas between them, each with its port or without')
  const number = port === undefined ? usual : Number(port)
  if (number < 1 || number > 65_535) throw refuse('has a port that is not within 1 to 65535')
  return { host, port: number }
}

function loginOf(login: string, refuse: Refuse): Login {
  const [, username = '', password = ''] = /^([^:]*):(.+)$/.exec(login) ?? []
  if (password === '') throw refuse('has an @ and no password before it, which is user:password@ or :password@')
  return {
    ...(username && { username: decoded(username, refuse) }),
    password: decoded(password, refuse),
  }
}

/** Sentinels have a login of their own, if any. */
function sentinelLogin(query: string, refuse: Refuse): Login {
  const login: Login = {}
  for (const pair of query === '' ? [] : query.split('&')) {
    const [, name, value = ''] = /^(sentinel_(?:username|password))=(.+)$/.exec(pair) ?? []
    if (name === undefined)
      throw refuse('has something after its ? that is neither sentinel_username=… nor sentinel_password=…')
    login[name === 'sentinel_username' ? 'username' : 'password'] = decoded(value, refuse)
  }
  return login
}

function decoded(written: string, refuse: Refuse): string {
  try {
    return decodeURIComponent(written)
  } catch {
    throw refuse('has a % that stands for nothing: write % itself as %25, @ as %40, : as %3A and / as %2F')
  }
}
