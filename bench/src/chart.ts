import { toShort, toTimes } from './numbers.ts'
import type { Bar, Figure } from './workload.ts'

/** What a picture stands on: pages have their own background, so the picture has none. */
export type Shade = 'light' | 'dark'

interface Palette {
  readonly text: string
  readonly faint: string
  readonly line: string
  readonly whisker: string
  readonly bars: Readonly<Record<Bar['role'], string>>
}

const palettes: Readonly<Record<Shade, Palette>> = {
  light: {
    text: '#1f2328',
    faint: '#59636e',
    line: '#d1d9e0',
    whisker: '#1f2328',
    bars: { mark: '#818b98', own: '#0969da', peer: '#c5ccd3' },
  },
  dark: {
    text: '#f0f6fc',
    faint: '#9198a1',
    line: '#3d444d',
    whisker: '#f0f6fc',
    bars: { mark: '#7d8590', own: '#4493f8', peer: '#484f58' },
  },
}

// Narrow, so that on a phone its words are still words.
const width = 480
const left = 184
const right = 100
const rowHeight = 19
const barHeight = 11
const panelHead = 30
const axisHeight = 26
const top = 26

/** Bars on one logarithmic axis for all panels, as a picture that stands for itself. */
export function drawFigure({ title, panels }: Figure, shade: Shade): string {
  const palette = palettes[shade]
  const scale = scaleOf(panels.flatMap(({ bars }) => bars))
  const parts: string[] = []
  let y = top
  for (const panel of panels) {
    parts.push(textAt(0, y + 19, panel.title, { fill: palette.text, weight: 600 }))
    const begin = y + panelHead
    const end = begin + panel.bars.length * rowHeight
    for (const tick of scale.ticks) parts.push(lineAt(scale.x(tick), begin - 2, end, palette.line))
    for (const [index, bar] of panel.bars.entries()) {
      parts.push(drawBar(bar, begin + index * rowHeight, { palette, x: scale.x }))
    }
    y = end
  }
  const axis = scale.ticks.map((tick) =>
    textAt(scale.x(tick), y + 15, toTick(tick), { fill: palette.faint, anchor: 'middle' }),
  )
  const height = y + axisHeight
  const heading = textAt(0, 14, `${title}, on a logarithmic scale; at the right, the ratio to the first`, {
    fill: palette.faint,
  })
  const style = 'font-family="-apple-system,BlinkMacSystemFont,Segoe UI,Helvetica,Arial,sans-serif" font-size="12"'
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${style}>`,
    `<title>${escapeText(title)}</title>`,
    `<desc>${escapeText(describe(panels))}</desc>`,
    heading,
    ...parts,
    ...axis,
    '</svg>',
    '',
  ].join('\n')
}

/** Powers of ten around all values. */
function scaleOf(bars: readonly Bar[]): { ticks: readonly number[]; x: (value: number) => number } {
  const values = bars.flatMap(({ low, high, value }) => [low, high, value]).filter((value) => value > 0)
  const first = Math.floor(Math.log10(Math.min(...values, 10_000)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values, 1))))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
  const x = (value: number): number => {
    const share = (Math.log10(Math.max(value, 10 ** first)) - first) / (last - first)
    return left + share * (width - left - right)
  }
  return { ticks, x }
}

function drawBar(bar: Bar, y: number, { palette, x }: { palette: Palette; x: (value: number) => number }): string {
  const begin = x(0)
  const end = x(bar.value)
  const middle = y + rowHeight / 2
  const weight = bar.role === 'own' ? 600 : 400
  const fill = bar.role === 'own' ? palette.bars.own : palette.text
  return [
    textAt(left - 8, middle + 4, bar.title, { fill, weight, anchor: 'end' }),
    `<rect x="${begin}" y="${round(middle - barHeight / 2)}" width="${round(end - begin)}" height="${barHeight}" rx="1.5" fill="${palette.bars[bar.role]}"/>`,
    ...(bar.low < bar.high
      ? [
          `<path d="M${round(x(bar.low))} ${middle}H${round(x(bar.high))}" stroke="${palette.whisker}" stroke-width="1.5" stroke-opacity=".6"/>`,
        ]
      : []),
    textAt(Math.max(end, x(bar.high)) + 5, middle + 4, toShort(bar.value), { fill, weight }),
    ...(bar.ratio === undefined
      ? []
      : [
          textAt(width - 2, middle + 4, toTimes(bar.ratio), {
            fill: bar.role === 'own' ? fill : palette.faint,
            weight,
            anchor: 'end',
          }),
        ]),
  ].join('\n')
}

function describe(panels: Figure['panels']): string {
  const bars = (some: readonly Bar[]): string => some.map((bar) => `${bar.title} ${toShort(bar.value)}`).join(', ')
  return panels.map((panel) => `${panel.title}: ${bars(panel.bars)}`).join('. ')
}

const toTick = (value: number): string => toShort(value).replace(/\.0+(?=\D|$)/, '')

function textAt(
  x: number,
  y: number,
  text: string,
  { fill, weight = 400, anchor = 'start' }: { fill: string; weight?: number; anchor?: 'start' | 'middle' | 'end' },
): string {
  return `<text x="${round(x)}" y="${round(y)}" fill="${fill}" font-weight="${weight}" text-anchor="${anchor}">${escapeText(text)}</text>`
}

function lineAt(x: number, from: number, to: number, stroke: string): string {
  return `<path d="M${round(x)} ${round(from)}V${round(to)}" stroke="${stroke}"/>`
}

const round = (value: number): number => Math.round(value * 10) / 10

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
