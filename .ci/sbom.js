/**
 * Writes the bill of materials: what the lock file installs for production, as CycloneDX.
 * `npm sbom --omit dev` would leave out packages that production needs (npm 11.19: express, zod and a hundred more), so all are
 * listed first, and those go that npm has marked as of development.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const [file = 'rufpass.cdx.json'] = process.argv.slice(2)
const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
const all = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))

const isOfDevelopment = ({ properties = [] }) => properties.some(({ name }) => name === 'cdx:npm:package:development')
const components = all.components.filter((component) => !isOfDevelopment(component))
const kept = new Set([all.metadata.component, ...components].map((component) => component['bom-ref']))
const dependencies = all.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((to) => kept.has(to)) }))

// npm names it after its folder.
all.metadata.component.name = JSON.parse(readFileSync('package.json', 'utf8')).name
writeFileSync(file, `${JSON.stringify({ ...all, components, dependencies }, null, 2)}\n`)
console.log(`${components.length} packages in ${file}`)
