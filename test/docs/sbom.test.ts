/** The bill of materials names what runs in production, and nothing else. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

interface Locked {
  version: string
  dev?: boolean
}

it('has exactly the packages that the lock file installs for production', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rufpass-sbom-'))
  const file = join(folder, 'bom.json')
  execFileSync(process.execPath, ['.ci/sbom.js', file], { cwd: root })
  const { bomFormat, metadata, components, dependencies } = read(file)
  rmSync(folder, { recursive: true })
  expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'rufpass'])

  const locked = Object.entries(read(join(root, 'package-lock.json')).packages as Record<string, Locked>)
  const needed = locked.filter(([place, { dev }]) => place !== '' && dev !== true)
  const named = needed.map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')}@${version}`)
  const refs: string[] = components.map((component: { 'bom-ref': string }) => component['bom-ref'])
  expect(new Set(refs.map((ref) => ref.replace(/\|.*$/, '')))).toEqual(new Set(named))

  const own = dependencies.find(({ ref }: { ref: string }) => ref === metadata.component['bom-ref'])
  const direct = Object.keys(read(join(root, 'package.json')).dependencies)
  expect(own.dependsOn.map((ref: string) => ref.replace(/@[^@]*$/, '')).sort()).toEqual(direct.sort())
}, 120_000)
