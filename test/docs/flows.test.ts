/** What the page on flows promises of the check, and of the files that authors edit, is so. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { checkFolder } from '../../src/cli/flows-check.ts'
import { rules } from '../../src/flow/files/finding.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { ring } from '../flow/caller.ts'
import { leaveBrand } from '../flow/one-brand.ts'
import { flowsDir } from '../flow/shipped.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/flows.md'), 'utf8')

it('explains every rule of the check under its code, in its words, with what a finding of it does', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (unsafe|warning) \| (.+?) \| (.+?) \|$/gm)]
  expect(rows.map(([, code, severity, says]) => [code, { severity, says }])).toEqual(Object.entries(rules))
})

describe("the author's guide", () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'guide-'))
    cpSync(flowsDir, dir, { recursive: true })
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  const edit = (file: string, change: (text: string) => string): void => {
    const path = join(dir, file)
    writeFileSync(path, change(readFileSync(path, 'utf8')))
  }
  const codesOf = (): string[] => {
    const lines: string[] = []
    checkFolder(dir, { json: true }, (line) => lines.push(line))
    const { findings } = JSON.parse(lines.join('\n')) as { findings: { code: string }[] }
    return findings.map(({ code }) => code)
  }

  it('puts a topic into the menu by the lines that it shows, and the check says what is still missing', () => {
    const topic = /^ {4}- (\{ name: esim, .+\})$/m.exec(page)?.[1] ?? ''
    const label = /^ {2}topic\.esim: (.+)$/m.exec(page)?.[1] ?? ''
    // The smallest brand: each of them takes the same way.
    leaveBrand(dir, 'rheinnetz')
    edit('brands/rheinnetz.yaml', (text) => text.replace(/- \{ name: outage, .+ \}/, `- ${topic}`))
    expect(codesOf()).toContain('prompt')
    for (const file of ['de.formal', 'en']) edit(`prompts/${file}.yaml`, (text) => `${text}topic.esim: ${label}\n`)
    // That calls about it come to its queue is of what is checked.
    expect(codesOf()).toEqual([])
    const hotline = loadHotlines(dir).byBrand.get('rheinnetz')
    expect(hotline && ring(hotline).keys('4').call.topic).toBe('esim')
  })

  it('records a prompt by the lines that it shows, and tells when the text moves away from it', () => {
    const block = /^ {2}greeting:\n(?: {4}.+\n)+/m.exec(page)?.[0] ?? ''
    const indented = block.replaceAll(/^/gm, '  ').trimEnd()
    leaveBrand(dir, 'rheinnetz')
    edit('brands/rheinnetz.yaml', (text) => `${text}prompts:\n  de:\n${indented}\n`)
    expect(codesOf()).toEqual([])
    edit('brands/rheinnetz.yaml', (text) => text.replace('text: "Rheinnetz, guten Tag."', 'text: "Rheinnetz, hallo."'))
    expect(codesOf()).toEqual(['recording'])
  })
})
