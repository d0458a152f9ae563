import { describe, expect, it } from 'vitest'
import { drawFigure } from '../../bench/src/chart.ts'
import type { Bar, Figure } from '../../bench/src/workload.ts'

const barOf = (title: string, value: number, role: Bar['role'] = 'peer'): Bar => ({
  title,
  value,
  low: value * 0.9,
  high: value * 1.1,
  role,
})

const figure: Figure = {
  title: 'Deliveries a second',
  panels: [
    { title: '1 reader', bars: [barOf('raw', 1_000_000, 'mark'), barOf('a < b & c', 100_000)] },
    { title: '100 readers', bars: [barOf('raw', 10_000_000, 'mark'), barOf('Telltale', 9_000_000, 'own')] },
  ],
}

const widths = (svg: string): number[] =>
  [...svg.matchAll(/<rect [^>]*?width="([\d.]+)"/g)].map(([, text]) => Number(text))

describe('the picture of the fan-out', () => {
  it('draws a bar for each, on one logarithmic axis', () => {
    const [raw = 0, peer = 0, most = 0] = widths(drawFigure(figure, 'light'))
    expect(widths(drawFigure(figure, 'light'))).toHaveLength(4)
    // A power of ten is equally wide everywhere.
    expect(most - raw).toBeCloseTo(raw - peer, 0)
  })

  it('has a mark of its own for Telltale, and other colours on a dark page', () => {
    const [light, dark] = [drawFigure(figure, 'light'), drawFigure(figure, 'dark')]
    const fills = (svg: string): Set<string> =>
      new Set([...svg.matchAll(/<rect [^>]*fill="([^"]+)"/g)].map(([, fill]) => fill ?? ''))
    expect(fills(light).size).toBe(3)
    expect([...fills(light)].filter((fill) => fills(dark).has(fill))).toEqual([])
    expect(widths(light)).toEqual(widths(dark))
  })

  it('tells who cannot see it the same numbers, as well-formed text', () => {
    const svg = drawFigure(figure, 'light')
    expect(svg).toContain(
      '<desc>1 reader: raw 1.00 M, a &lt; b &amp; c 100 k. 100 readers: raw 10.0 M, Telltale 9.00 M',
    )
    expect(svg.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
  })

  it('keeps every word and bar within the picture', () => {
    const svg = drawFigure(figure, 'light')
    const [, width = '0', height = '0'] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
    for (const [, x, y] of svg.matchAll(/ x="([\d.-]+)" y="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0)
      expect(Number(x)).toBeLessThan(Number(width))
      expect(Number(y)).toBeLessThan(Number(height))
    }
  })
})
