/** A run of text where a PDF puts it. */
export interface Placed {
  readonly str: string
  /** Position and size: `[a, b, c, d, x, y]`, y upward. */
  readonly transform: readonly number[]
  readonly width: number
  readonly height: number
  readonly hasEOL: boolean
}

/** A line of a page, in points; `y` counts upward from the bottom. */
export interface Line {
  readonly text: string
  readonly x: number
  readonly y: number
  /** Of its largest letters. */
  readonly size: number
}

/** Puts the runs of a page together to lines. */
export function linesOf(items: readonly Placed[]): Line[] {
  const lines: Line[] = []
  let text = ''
  let first: Placed | null = null
  let last: Placed | null = null
  let size = 0
  const end = (): void => {
    const { transform } = first ?? {}
    if (transform && text.trim()) lines.push({ text: text.trim(), x: transform[4] ?? 0, y: transform[5] ?? 0, size })
    text = ''
    first = null
    last = null
    size = 0
  }
  for (const item of items) {
    if (item.str !== '') {
      // Some writers set word after word without a space between them.
      if (last && isApart(last, item)) text += ' '
      text += item.str
      if (item.str.trim()) {
        first ??= item
        size = Math.max(size, item.height)
      }
      last = item
    }
    if (item.hasEOL) end()
  }
  end()
  return lines
}

function isApart(before: Placed, after: Placed): boolean {
  const gap = (after.transform[4] ?? 0) - ((before.transform[4] ?? 0) + before.width)
  return gap > after.height * 0.2 && !before.str.endsWith(' ') && !after.str.startsWith(' ')
}
