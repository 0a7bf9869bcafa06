/** A real TLS server whose certificate was good for January 2026 alone. It answers as a living Rufpass does. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `openssl ca` is the one of its commands that takes a day in the past. */
const CONFIGURATION = `[ca]
default_ca=own
[own]
database=index
serial=serial
new_certs_dir=.
default_md=sha256
policy=any
x509_extensions=more
[any]
commonName=supplied
[more]
subjectAltName=DNS:localhost
`

export interface ExpiredServer {
  /** https://localhost and its port. */
  url: string
  close(): Promise<void>
}

export async function startExpiredServer(): Promise<ExpiredServer> {
  const { key, cert } = expiredCertificate()
  const server = createServer({ key, cert }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"live":true}')
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function expiredCertificate(): { key: Buffer; cert: Buffer } {
  const cwd = mkdtempSync(join(tmpdir(), 'rufpass-tls-'))
  const openssl = (...words: string[]): void => void execFileSync('openssl', words, { cwd, stdio: 'ignore' })
  try {
    for (const [name, text] of [
      ['ca.cnf', CONFIGURATION],
      ['index', ''],
      ['serial', '01\n'],
    ] as const)
      writeFileSync(join(cwd, name), text)
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl('req', ...curve, '-keyout', 'key', '-out', 'request', '-subj', '/CN=localhost')
    const days = ['-startdate', '20260101000000Z', '-enddate', '20260201000000Z']
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-selfsign',
      '-keyfile',
      'key',
      '-in',
      'request',
      '-out',
      'cert',
      ...days,
    )
    return { key: readFileSync(join(cwd, 'key')), cert: readFileSync(join(cwd, 'cert')) }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}
