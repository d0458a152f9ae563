import { describe, expect, it } from 'vitest'
import { parseCommandLine } from '../../bench/src/command-line.ts'

const parse = (...args: string[]) => {
  const commandLine = parseCommandLine(args)
  if (!commandLine) throw new Error('help was asked for')
  return commandLine
}

describe('the command line of the benchmark', () => {
  it('measures five rounds of the short parts, with everybody who needs nothing from elsewhere', () => {
    const { options, outputs } = parse()
    expect(options).toMatchObject({ rounds: 5, readers: [1, 100, 1000], isQuick: false })
    expect(options.contenders).toEqual([
      'raw-hundred',
      'raw-dated',
      'raw-single',
      'trpc-documented',
      'trpc-batched',
      'socket-io',
      'telltale',
    ])
    expect(options.parts).toEqual(['fan-out', 'cost', 'latency'])
    expect(outputs).toEqual({ json: null, markdown: null, svg: null, write: false })
  })

  it('measures one round when it is to be quick, unless it is told how many', () => {
    expect(parse('--quick').options.rounds).toBe(1)
    expect(parse('--quick', '--rounds', '3').options.rounds).toBe(3)
    expect(parse('--quick').options.measureMs).toBeLessThan(parse().options.measureMs)
  })

  it('lets uWebSockets take part when it is told where it is, in its place in the tables', () => {
    const { options, launch } = parse('--uwebsockets', '/somewhere', '--contenders', 'telltale,raw-hundred')
    expect(options.contenders).toEqual(['raw-hundred', 'uwebsockets', 'telltale'])
    expect(launch.paths).toMatchObject({ uwebsockets: '/somewhere' })
    expect(() => parse('--contenders', 'uwebsockets')).toThrow('uwebsockets needs its path, with --uwebsockets')
  })

  it('lets a Phoenix server take part when it is told how to start it', () => {
    expect(parse('--phoenix', 'mix run').options.contenders).toContain('phoenix')
    expect(() => parse('--contenders', 'phoenix')).toThrow('phoenix needs its path, with --phoenix')
  })

  it('measures all parts when it is told to, and for what the README shows', () => {
    const all = parse('--parts', 'all').options.parts
    expect(all).toEqual(expect.arrayContaining(['fan-out', 'memory', 'react']))
    expect(parse('--write').options.parts).toEqual(all)
    expect(parse('--write', '--parts', 'fan-out').options.parts).toEqual(['fan-out'])
  })

  it('measures nothing twice', () => {
    const { options } = parse('--readers', '1,1', '--parts', 'cost,cost', '--contenders', 'telltale,telltale')
    expect(options).toMatchObject({ readers: [1], parts: ['cost'], contenders: ['telltale'] })
  })

  it('says what it does not understand', () => {
    expect(() => parse('--parts', 'speed')).toThrow('--parts: speed is none of fan-out, cost')
    expect(() => parse('--rounds', '0')).toThrow('--rounds: 0 is no whole number')
    expect(() => parse('--readers', '1,many')).toThrow('--readers: many is no whole number')
    expect(() => parse('--faster')).toThrow('--faster')
  })

  it('answers nothing when help is asked for', () => {
    expect(parseCommandLine(['--help', '--rounds', '0'])).toBeNull()
  })
})
