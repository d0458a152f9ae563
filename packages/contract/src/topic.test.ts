import { describe, expect, it } from 'vitest'
import { TelltaleError } from './errors.ts'
import { formatTopic, isTopicId, parseTopic, typeMask, typesMax } from './topic.ts'

describe('topics', () => {
  it.each(['c1', 'user:7', 'a@b.example', '...', 'A-Z_a-z.0:9', 'x'.repeat(128)])('takes %s as an id', (id) => {
    expect(isTopicId(id)).toBe(true)
    expect(parseTopic(formatTopic('status', id))).toEqual({ kind: 'status', id })
  })

  it.each([
    ['nothing', ''],
    ['more than 128 letters', 'x'.repeat(129)],
    ['a space', 'a b'],
    ['a slash', 'a/b'],
    ['a line break', 'a\n'],
    ['a null byte', 'a\0'],
    ['letters of other scripts', 'ä'],
    ['a number', 7],
    ['nothing at all', undefined],
    ['an object that prints well', { toString: () => 'c1' }],
  ])('refuses %s as an id', (_name, id) => {
    expect(isTopicId(id)).toBe(false)
    const build = (): unknown => formatTopic('status', id as string)
    expect(build).toThrow(TelltaleError)
    expect(build).toThrow('not an id for a status topic')
  })

  it('splits a name at its first colon', () => {
    expect(parseTopic('status:a:b')).toEqual({ kind: 'status', id: 'a:b' })
  })
})

describe('typeMask', () => {
  const spec = { types: ['engine', 'tool', 'info'] }
  const full = { types: Array.from({ length: typesMax }, (_, index) => `t${index}`) }

  it('gives each type its own bit, in the order of the spec', () => {
    expect(typeMask(spec, ['engine'])).toBe(0b001)
    expect(typeMask(spec, ['info', 'tool'])).toBe(0b110)
    expect(typeMask(spec, ['tool', 'tool'])).toBe(0b010)
  })

  it('takes absent names for all, and no names for none', () => {
    expect(typeMask(spec)).toBe(0b111)
    expect(typeMask(spec, [])).toBe(0)
  })

  it('answers null for a name it does not know', () => {
    expect(typeMask(spec, ['tool', 'toString'])).toBeNull()
  })

  it('stays a positive integer for as many types as a topic can have', () => {
    expect(typeMask(full)).toBe(2 ** 31 - 1)
    expect(typeMask(full, full.types)).toBe(2 ** 31 - 1)
    expect(typeMask(full, ['t30'])).toBe(2 ** 30)
  })
})
