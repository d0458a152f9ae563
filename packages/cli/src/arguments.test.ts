import { describe, expect, it } from 'vitest'
import { parseCategories, parseFrom, parseMetadata, parsePort, parsePriority, parseUrl } from './arguments.ts'

describe('arguments of the command', () => {
  it('takes a place to begin at', () => {
    expect(['snapshot', 'live', 'all', '1', '20', '10000'].map(parseFrom)).toEqual([
      'snapshot',
      'live',
      { last: 10_000 },
      { last: 1 },
      { last: 20 },
      { last: 10_000 },
    ])
  })

  it.each(['', '0', '-1', '1.5', '10001', '1e3', 'latest', '99999999999999999999'])(
    'refuses %j as a place to begin at',
    (text) => {
      expect(() => parseFrom(text)).toThrow('Must be snapshot, live, all, or a whole number from 1 to 10000.')
    },
  )

  it('takes names between commas, each once', () => {
    expect(parseCategories('tool, error,tool')).toEqual(['tool', 'error'])
    for (const text of ['', 'tool,', ',']) expect(() => parseCategories(text)).toThrow('names between commas')
  })

  it('takes a port, and 0 for any', () => {
    expect(['0', '4000', '65535'].map(parsePort)).toEqual([0, 4_000, 65_535])
    for (const text of ['65536', '-1', '', '4000x', ' 1'])
      expect(() => parsePort(text)).toThrow('Must be a whole number from 0 to 65535.')
  })

  it('takes urls of WebSockets', () => {
    for (const url of ['ws://localhost:4000/trpc', 'wss://status.example.com/trpc']) expect(parseUrl(url)).toBe(url)
    for (const url of ['', 'localhost:4000', 'http://localhost:4000/trpc', '/trpc'])
      expect(() => parseUrl(url)).toThrow('ws://localhost:4000/trpc')
  })

  it('takes metadata that is a JSON object', () => {
    expect(parseMetadata('{"tool":"x","n":{"a":[1]}}')).toEqual({ tool: 'x', n: { a: [1] } })
    for (const text of ['', '{', '[]', '1', 'null', '"x"']) expect(() => parseMetadata(text)).toThrow('a JSON object')
  })

  it('takes one of the priorities', () => {
    expect(parsePriority('high')).toBe('high')
    expect(() => parsePriority('urgent')).toThrow('Must be one of low, normal, high.')
  })
})
