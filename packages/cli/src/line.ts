import type { StreamEvent } from '@telltale/client'
import type { AnyContract, Span, StatusUpdate } from '@telltale/contract'
import { toPrintable } from './printable.ts'

/** How a piece of a line looks. */
export type Style = 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray'

/** Puts a style on a text, or leaves the text as it is. */
export type Paint = (style: Style, text: string) => string

/** What a stream of whatever contract tells. */
export type AnyEvent = StreamEvent<AnyContract>

const styles: ReadonlyMap<string, Style> = new Map([
  ['engine', 'magenta'],
  ['tool', 'cyan'],
  ['workflow', 'blue'],
  ['progress', 'green'],
  ['error', 'red'],
  ['info', 'gray'],
])
/** How a span looks by where it stands; one that goes on is blue. */
const spanStyles: ReadonlyMap<string, Style> = new Map([
  ['succeeded', 'green'],
  ['failed', 'red'],
  ['lost', 'red'],
  ['cancelled', 'gray'],
  ['waiting', 'yellow'],
  ['retrying', 'yellow'],
])
/** As wide as the longest of the six. */
const categoryWidth = 'workflow'.length
const metadataMaxLength = 160
/** Strings that need no quotes to be told from what stands beside them. */
const bare = /^[\w.:/@+-]+$/

/** One event as a line for people: time, category, text, metadata; or what was missed. */
export function formatEvent(event: AnyEvent, paint: Paint): string {
  return event.type === 'update' ? formatUpdate(event.update, paint) : paint('yellow', formatGap(event))
}

/** One event as a line for programs: the event as the client tells it, as JSON. */
export function formatJson(event: AnyEvent): string {
  return toPrintable(JSON.stringify(event))
}

function formatUpdate({ timestamp, category, text, metadata, span }: StatusUpdate<AnyContract>, paint: Paint): string {
  const name = toPrintable(category).padEnd(categoryWidth)
  const parts = [
    paint('dim', formatTime(timestamp)),
    paint(styles.get(category) ?? 'yellow', name),
    toPrintable(text),
    span ? paint(spanStyles.get(span.state) ?? 'blue', formatSpan(span)) : '',
    paint('dim', formatMetadata(metadata)),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** Where a span stands: its name, its state, and what belongs to that. */
function formatSpan({ name, state, durationMs, progress, attempt, attempts, reason }: Span): string {
  const told = [
    state,
    state === 'retrying' && attempt !== undefined ? `${attempt}/${attempts ?? '?'}` : '',
    progress?.percent === undefined ? '' : `${progress.percent}%`,
    durationMs === undefined ? '' : `${durationMs} ms`,
    reason === undefined ? '' : `(${reason})`,
  ]
  return `[${toPrintable([name, ...told].filter((part) => part !== '').join(' '))}]`
}

function formatGap({ missed, reason }: Extract<AnyEvent, { type: 'gap' }>): string {
  const count = missed === null ? 'an unknown number of updates' : `${missed} ${missed === 1 ? 'update' : 'updates'}`
  return toPrintable(`missed ${count} (${reason})`)
}

/** The time of day where the terminal is, to the millisecond. */
function formatTime(timestamp: string): string {
  const date = new Date(timestamp)
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return Number.isNaN(local.getTime()) ? '--:--:--.---' : local.toISOString().slice(-13, -1)
}

function formatMetadata(metadata: unknown): string {
  if (typeof metadata !== 'object' || metadata === null) return ''
  const pairs = Object.entries(metadata).map(([key, value]) => `${key}=${formatValue(value)}`)
  return shorten(toPrintable(pairs.join(' ')), metadataMaxLength)
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && bare.test(value) ? value : JSON.stringify(value)
}

function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).toWellFormed()}…`
}
