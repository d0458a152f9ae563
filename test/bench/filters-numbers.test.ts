import { expect, it } from 'vitest'
import {
  categoryCount,
  categoryOf,
  countOf,
  filterCount,
  wantedBy,
  wantedCount,
} from '../../bench/src/filters-numbers.ts'

it('the count of what a filter lets through is that of counting one by one', () => {
  for (const filter of [null, 0, 3, 9]) {
    const wanted = wantedBy(filter)
    let counted = 0
    for (let number = 1; number <= 3 * categoryCount; number++) {
      if (wanted.has((number - 1) % categoryCount)) counted++
      expect(countOf(wanted, number)).toBe(counted)
    }
  }
})

it('ten filters are all different, and without one everything is wanted', () => {
  const keys = Array.from({ length: filterCount }, (_, filter) => [...wantedBy(filter)].sort((a, b) => a - b).join())
  expect(new Set(keys).size).toBe(filterCount)
  expect(keys.every((key) => key.split(',').length === wantedCount)).toBe(true)
  expect(wantedBy(null).size).toBe(categoryCount)
})

it('the updates take the categories in turn', () => {
  expect([1, 10, 11].map(categoryOf)).toEqual(['kind0', 'kind9', 'kind0'])
})
