/** `rufpass flows graph`, and the picture that it made for the README. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { drawFlow } from '../../src/cli/flows-graph.ts'
import { LOCK } from '../../src/proof/graph/html.ts'
import { flowsDir, shipped } from '../flow/shipped.ts'
import { smallFolder } from '../flow/small-folder.ts'
import { commandsOfOneProcess } from '../support/command.ts'
import { readDrawing, textOf } from './drawing.ts'

const rufpass = commandsOfOneProcess()

const refuse = (message: string): never => {
  throw new Error(message)
}

/** A copy of the shipped flows with one mistake: a caller who has no PIN to hand is treated as if they had keyed it. */
async function withBrokenFlow(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'graph-'))
  try {
    cpSync(flowsDir, dir, { recursive: true })
    const file = join(dir, 'hotline.yaml')
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text.replace('refused: refused\n    no_pin: no_pin\n', 'refused: refused\n    no_pin: queue_verified\n'),
    )
    await use(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

describe('flows/hotline.svg', () => {
  const picture = readFileSync(join(flowsDir, 'hotline.svg'), 'utf8')

  it('shows the flow as it is', async () => {
    const { text, finding } = await drawFlow(flowsDir, { flow: 'hotline' }, refuse)
    expect(finding).toBeNull()
    if (text === picture) return
    throw new Error(
      'flows/hotline.svg is not up to date; draw it with: npx rufpass flows graph flows --flow hotline --out flows/hotline.svg',
    )
  })

  it('is XML that names every step, on a screen of 1280 pixels, in letters that can be read', () => {
    const { svg, texts, groups } = readDrawing(picture)
    const [hotline] = shipped.values()
    for (const name of hotline?.flow.steps.keys() ?? []) expect(groups.get(name)).toContain(name)
    expect(svg).toMatchObject({ role: 'img', 'aria-labelledby': 'flow-title flow-description' })
    expect(Number(svg.width)).toBeLessThanOrEqual(1280)
    expect(Math.min(...texts.map(({ size }) => size))).toBeGreaterThanOrEqual(11)
    expect(picture.length).toBeLessThan(250_000)
  })

  it('has its locks drawn, for few fonts have one', () => {
    expect(picture).not.toContain(LOCK)
    // One in the legend, and two hand-offs that ask for a proof.
    expect(picture.match(/<path transform="translate/g)).toHaveLength(3)
  })
})

describe('rufpass flows graph', () => {
  it('writes a picture with the first bad call, and says which that is', async () => {
    await withBrokenFlow(async (dir) => {
      const file = join(dir, 'picture.svg')
      const { code, out, err } = await rufpass(
        `flows graph ${dir} --flow hotline --brand rheinnetz --out ${file}`.split(' '),
      )
      expect({ code, out }).toEqual({ code: 0, out: `${file} written.\n` })
      expect(err).toMatch(/^Drawn in red: \S+hotline\.yaml:\d+:\d+ \[level\] a caller with .+\n$/)
      const { groups, svg } = readDrawing(readFileSync(file, 'utf8'))
      expect(groups.get('queue_verified')).toContain('goes wrong here')
      expect(groups.get('pin->queue_verified')).toMatch(/14 no_pin/)
      // A flow that leads across itself is wider than the sound one; still no more than two screens.
      expect(Number(svg.width)).toBeLessThanOrEqual(2 * 1280)
    })
  })

  it("writes Graphviz's language where it is asked to", async () => {
    const dir = smallFolder()
    const brand = readFileSync(join(dir, 'brands/small.yaml'), 'utf8')
    const other = brand.replace('name: small', 'name: little').replace('+4930231250', '+4930231251')
    writeFileSync(join(dir, 'brands/little.yaml'), other)
    try {
      const { text } = await drawFlow(dir, { flow: 'hotline', dot: true }, refuse)
      expect(text).toMatch(/^digraph flow \{\n/)
      expect(textOf(text)).toContain('as calls of 2 brands take them')
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

  it.each([
    [{ flow: 'holtine' }, "There is no flow 'holtine': name one of hotline, step-up with --flow."],
    [{ brand: 'rhein' }, "There is no brand 'rhein': name one of alpenfunk, "],
  ])('says what there is instead of %j', async (options, message) => {
    await expect(drawFlow(flowsDir, options, refuse)).rejects.toThrow(message)
  })

  it('asks which flow is meant where there are several, and draws drafts too', async () => {
    await withBrokenFlow(async (dir) => {
      writeFileSync(
        join(dir, 'draft.yaml'),
        'start: only\nsteps:\n  only: { type: enqueue, level: 0, queue: general, done: bye, failed: bye }\n  bye: { type: hang_up }\n',
      )
      await expect(drawFlow(dir, {}, refuse)).rejects.toThrow(
        'several flows: name one of hotline, step-up, draft with --flow',
      )
      const { text, flow } = await drawFlow(dir, { flow: 'draft', brand: 'rheinnetz' }, refuse)
      expect(flow).toBe('draft')
      expect(readDrawing(text).groups.get('only')).toContain('enqueue queue general, level 0')
    })
  })
})
