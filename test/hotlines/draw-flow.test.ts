import { expect, it } from '@jest/globals'
import { drawBrand } from '../../src/hotlines/draw-flow.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { markSteps } from '../../src/simulator/exchange/flow-picture.ts'

const hotlines = loadHotlines('flows')

it('draws a brand’s flow, in which every step can be found by its name', async () => {
  const [brand = ''] = hotlines.byBrand.keys()
  const svg = markSteps((await drawBrand(hotlines, brand)) ?? '')
  const marked = [...svg.matchAll(/<g data-step="([^"]+)"/g)].map(([, name]) => name)
  expect(marked.sort()).toEqual([...(hotlines.byBrand.get(brand)?.flow.steps.keys() ?? [])].sort())
  expect(marked.length).toBeGreaterThan(10)
})

it('draws nothing for a brand that is not there', async () => {
  expect(await drawBrand(hotlines, 'nobody')).toBeNull()
})
