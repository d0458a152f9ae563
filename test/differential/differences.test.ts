import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { differences } from './differences.ts'
import { renderDifferences } from './document.ts'
import { scripts } from './scripts/all.ts'
import { upgrades } from './upgrade.ts'

const names = [
  ...Object.values(scripts).flatMap((subject) => subject.map(({ name }) => name)),
  ...Object.keys(upgrades),
]

it('no two conversations have one name', () => {
  expect(names).toHaveLength(new Set(names).size)
})

it('every difference belongs to a conversation that is held', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(differences)))
})

it('every difference is one', () => {
  const equal = Object.entries(differences).filter(([, { stock, ours }]) => isDeepStrictEqual(stock, ours))
  expect(equal).toEqual([])
})

it('the page for readers says what the table says', async () => {
  await expect(renderDifferences(differences)).toMatchFileSnapshot('../../docs/trpc-differences.md')
})
