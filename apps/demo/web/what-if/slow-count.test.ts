import { expect, it } from 'vitest'
import { countFrom, nextCount } from './slow-count.ts'

const update = (offset: number) => ({ type: 'update', update: { offset } }) as const

it('takes for stood for what neither came nor was missed', () => {
  let count = countFrom(10)
  for (const heard of [update(11), update(12), update(20)]) count = nextCount(count, 10, heard)
  expect(count).toEqual({ last: 20, came: 3, replaced: 7, missed: 0 })
  count = nextCount(count, 10, { type: 'gap', missed: 100 })
  expect(nextCount(count, 10, update(121))).toEqual({ last: 121, came: 4, replaced: 7, missed: 100 })
})

it('does not say how much was missed when a gap does not', () => {
  expect(nextCount(countFrom(0), 0, { type: 'gap', missed: null }).missed).toBeNull()
})
