/** Real Redis servers that stand in for each other: a master with its replica, watched by Sentinels, and a cluster. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { ended, launch, SLOTS, startRedis, type TestRedis, until } from './redis.ts'

/** As short as it works on a busy machine, ms. */
const DOWN_AFTER_MS = 500
const NODE_TIMEOUT_MS = 1_000

export interface Node extends TestRedis {
  port: number
}

async function startNode(more: string[] = []): Promise<Node> {
  const port = await freePort()
  const quick = ['--repl-diskless-sync-delay', '0']
  return {
    ...(await startRedis({ cluster: false, more: ['--port', `${port}`, '--bind', '127.0.0.1', ...quick, ...more] })),
    port,
  }
}

const isReplica = (node: Node): Promise<void> =>
  until(async () => /master_link_status:up/.test(await node.direct.info('replication')))

export interface Watched {
  /** For `openRedis`. */
  url: string
  master: Node
  replica: Node
  stop(): Promise<void>
}

/** The name by which Sentinels know the master. */
const MASTER = 'calls'

/** A master and its replica. `sentinels` watch them, and know of each other; their own password is asked where there is one. */
export async function startWatched(sentinels: number, password = ''): Promise<Watched> {
  const [master, replica] = [await startNode(), await startNode()]
  await replica.direct.call('REPLICAOF', '127.0.0.1', master.port)
  await isReplica(replica)
  const watching = await Promise.all(
    Array.from({ length: sentinels }, () => startSentinel(master.port, Math.floor(sentinels / 2) + 1, password)),
  )
  await until(async () => {
    const known = await Promise.all(watching.map(({ asked }) => asked.call('SENTINEL', 'MASTER', MASTER)))
    return known.every((one) => {
      const facts = (one as string[]).join(' ')
      return facts.includes('num-slaves 1 ') && facts.includes(`num-other-sentinels ${sentinels - 1} `)
    })
  })
  const login = password === '' ? '' : `?sentinel_password=${password}`
  return {
    url: `redis+sentinel://${watching.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER}${login}`,
    master,
    replica,
    async stop() {
      for (const one of [...watching, master, replica]) await one.stop()
    },
  }
}

async function startSentinel(masterPort: number, quorum: number, password: string) {
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-sentinel-'))
  const port = await freePort()
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} ${quorum}`,
    `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${MASTER} 5000`,
    ...(password === '' ? [] : [`requirepass ${password}`]),
  ]
  writeFileSync(join(dir, 'sentinel.conf'), settings.join('\n'))
  const server = launch(dir, ['sentinel.conf', '--sentinel'])
  const asked = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 5, password })
  asked.on('error', () => {})
  // It asks servers of their state every 10 s else, and so finds a new replica or master late.
  await asked.call('SENTINEL', 'DEBUG', 'info-period', '200')
  return {
    port,
    asked,
    async stop() {
      asked.disconnect()
      await ended(server, '')
    },
  }
}

export interface TestCluster {
  /** For `openRedis`. */
  url: string
  masters: Node[]
  replicas: Node[]
  flush(): Promise<unknown>
  stop(): Promise<void>
}

/** Three masters with a third of the slots each, and none of them with a replica, or each (3). */
export async function startCluster(replicas: 0 | 3 = 0): Promise<TestCluster> {
  const nodes = await Promise.all(
    Array.from({ length: 3 + replicas }, async () => {
      const busPort = await freePort()
      const name = `--cluster-announce-ip 127.0.0.1 --cluster-port ${busPort} --cluster-replica-validity-factor 0`
      const cluster = `--cluster-enabled yes --cluster-node-timeout ${NODE_TIMEOUT_MS} ${name}`
      return { ...(await startNode(cluster.split(' '))), busPort }
    }),
  )
  const masters = nodes.slice(0, 3)
  const others = nodes.slice(3)
  const [first] = masters
  for (const [n, node] of nodes.entries()) {
    // Each its own, or two masters have the same and must agree on another.
    await node.direct.call('CLUSTER', 'SET-CONFIG-EPOCH', n + 1)
    if (n < 3) {
      const [from, to] = [Math.ceil(((SLOTS + 1) * n) / 3), Math.ceil(((SLOTS + 1) * (n + 1)) / 3) - 1]
      await node.direct.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
    }
    if (n > 0) await first?.direct.call('CLUSTER', 'MEET', '127.0.0.1', node.port, node.busPort)
  }
  const knows = (text: string) => async (): Promise<boolean> => {
    const infos = await Promise.all(nodes.map(({ direct }) => direct.call('CLUSTER', 'INFO')))
    return infos.every((info) => String(info).includes(text))
  }
  await until(knows(`cluster_known_nodes:${nodes.length}`))
  for (const [n, replica] of others.entries()) {
    const id = await masters[n]?.direct.call('CLUSTER', 'MYID')
    await until(() => replica.direct.call('CLUSTER', 'REPLICATE', String(id)).then(() => true))
    await isReplica(replica)
  }
  await until(knows('cluster_state:ok'))
  await until(async () => {
    const slots = await Promise.all(nodes.map(({ direct }) => direct.call('CLUSTER', 'SLOTS')))
    // Each range with its master and, where there are, its replica.
    return slots.every((one) => (one as unknown[][]).every((range) => range.length === (replicas > 0 ? 4 : 3)))
  })
  return {
    url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masters,
    replicas: others,
    async flush() {
      for (const { direct } of masters) await direct.flushall()
    },
    async stop() {
      for (const node of nodes) await node.stop()
    },
  }
}
