import { expect, it } from 'vitest'
import { nextCatchUp, steady } from './catch-up.ts'

const heard = (connection: 'open' | 'connecting', integrity: 'live' | 'catching-up', ids: string, missed = 0) => ({
  connection,
  integrity,
  position: 'p',
  missed,
  isMissedExact: true,
  updates: Array.from(ids, (id) => ({ id })),
})

it('counts what came behind the last update that was heard before the line broke', () => {
  const away = nextCatchUp(steady, heard('connecting', 'catching-up', 'abc'))
  expect(away).toEqual({ phase: 'away', after: 'c', missedBefore: 0 })
  const coming = nextCatchUp(away, heard('open', 'catching-up', 'abcde'))
  expect(coming).toMatchObject({ phase: 'catching-up', count: 2 })
  expect(nextCatchUp(coming, heard('open', 'live', 'abcdefg', 1))).toEqual({
    phase: 'caught-up',
    lateIds: new Set(['d', 'e', 'f', 'g']),
    missed: 1,
  })
})

it('goes on counting from the same place when the line breaks again meanwhile', () => {
  const coming = nextCatchUp(
    nextCatchUp(steady, heard('connecting', 'live', 'abc')),
    heard('open', 'catching-up', 'abcde'),
  )
  const again = nextCatchUp(coming, heard('connecting', 'catching-up', 'abcde'))
  expect(nextCatchUp(again, heard('open', 'live', 'abcdef'))).toMatchObject({ lateIds: new Set(['d', 'e', 'f']) })
})

it('takes everything as late when the last update that was heard is not listed any more', () => {
  const away = nextCatchUp(steady, heard('connecting', 'catching-up', 'abc'))
  expect(nextCatchUp(away, heard('open', 'live', 'xy'))).toMatchObject({ lateIds: new Set(['x', 'y']) })
})

it('is the same while nothing happens, and not away before it was ever there', () => {
  expect(nextCatchUp(steady, heard('open', 'live', 'abc'))).toBe(steady)
  expect(nextCatchUp(steady, { ...heard('connecting', 'catching-up', ''), position: null })).toBe(steady)
  const away = nextCatchUp(steady, heard('connecting', 'catching-up', 'abc'))
  expect(nextCatchUp(away, heard('connecting', 'catching-up', 'abc'))).toBe(away)
})
