import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { counts, rows } from './rows.ts'

const folder = join(import.meta.dirname, '..')
const ids = Object.entries(counts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, index) => `${part}${index + 1}`),
)

/** The rows that the tests of a file name: `'T1: …'`, or `'X6, X8: …'` for several. */
function namedIn(file: string): Set<string> {
  const text = readFileSync(join(folder, file), 'utf8')
  const names = text.matchAll(/['"`]((?:[TMAXJB]\d+, )*[TMAXJB]\d+): [^'"`]/g)
  return new Set([...names].flatMap(([, name = '']) => name.split(', ')))
}

it('every row of the threat model is tested, or says why it does not concern us', () => {
  expect(ids).toHaveLength(93)
  expect(Object.keys(rows).toSorted()).toEqual(ids.toSorted())
  for (const [id, row] of Object.entries(rows)) {
    if ('because' in row) expect([id, row.because.length > 20]).toEqual([id, true])
  }
})

it('every test that a row names is there', () => {
  const missing = Object.entries(rows).filter(
    ([id, row]) => 'file' in row && !(existsSync(join(folder, row.file)) && namedIn(row.file).has(id)),
  )
  expect(missing.map(([id]) => id)).toEqual([])
})

it('every test that is here is named by a row', () => {
  const files = [...globSync('security/*.test.ts', { cwd: folder }), 'browser/xss.test.ts']
  const named = files.flatMap((file) => [...namedIn(file.replaceAll('\\', '/'))])
  expect(named.length).toBeGreaterThan(80)
  expect(named.filter((id) => !rows[id] || !('file' in rows[id]))).toEqual([])
})
