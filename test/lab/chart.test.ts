/** The pictures of docs/lab.md are well-formed, and say what the rows say. */
import { expect, it } from '@jest/globals'
import { SaxesParser } from 'saxes'
import { svgOf } from '../../src/lab/chart.ts'

function read(svg: string): { name: string; attributes: Record<string, string> }[] {
  const found: { name: string; attributes: Record<string, string> }[] = []
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => found.push({ name, attributes: attributes as Record<string, string> }))
  parser.on('error', (error) => {
    throw error
  })
  parser.write(svg).close()
  return found
}

const chart = {
  title: 'More < most & all',
  x: { label: 'across', from: 1, to: 100 },
  y: { label: 'up', from: 1, to: 10_000 },
  lines: [
    {
      label: 'one',
      points: [
        [1, 1],
        [100, 10_000],
      ] as const,
      dots: [[10, 100]] as const,
    },
    {
      label: 'other',
      points: [
        [1, 0],
        [100, 10_000],
      ] as const,
    },
  ],
  marks: [{ at: 10, label: 'here' }],
}

it('puts a dot on the line that it lies on, nothing on the lowest edge, and no label over another', () => {
  const svg = svgOf(chart)
  const all = read(svg)
  const lines = all
    .filter(({ attributes }) => attributes['stroke-width'] === '2')
    .map(({ attributes }) => attributes.d ?? '')
  expect(lines).toHaveLength(2)
  const [from, to] = (lines[0] ?? '')
    .slice(1)
    .split('L')
    .map((point) => point.split(' ').map(Number))
  const [dot] = all
    .filter(({ name }) => name === 'circle')
    .map(({ attributes }) => [attributes.cx, attributes.cy].map(Number))
  expect(dot).toEqual([0, 1].map((axis) => ((from?.[axis] ?? 0) + (to?.[axis] ?? 0)) / 2))
  expect(lines[1]?.slice(1).split('L')[0]).toBe((lines[0] ?? '').slice(1).split('L')[0])
  const labels = [...svg.matchAll(/y="([\d.]+)" fill="currentColor" >(?:one|other)</g)].map(([, y]) => Number(y))
  expect(labels).toHaveLength(2)
  expect(Math.abs((labels[0] ?? 0) - (labels[1] ?? 0))).toBeGreaterThanOrEqual(12)
  expect(svg).toContain('More &lt; most &amp; all')
})
