import { type AnySpanRecord, isSpanEnd, type Span, type SpanUpdate, toSpanRecord } from './span.ts'

/** How much a snapshot keeps of the spans of one category. Bounds by category let restricting and folding commute. */
export interface SpanBounds {
  /** Most open spans with their whole state. @default 128 */
  readonly openMax: number
  /** Most open spans beyond those, by id only, so that they are counted exactly. @default 20_000, as many as a server has */
  readonly beyondMax: number
  /** Most ended spans, the last ones. @default 32 */
  readonly endedMax: number
}

/**
 * 128 open, 20,000 more counted, the last 32 ended. With usual spans that is under 64 KiB of JSON a category; with the longest
 * of everything it is 1.25 MiB.
 */
export const spanBounds: SpanBounds = Object.freeze({ openMax: 128, beyondMax: 20_000, endedMax: 32 })

/** The spans of one category in a snapshot. */
export interface CategorySpans<TRecord extends AnySpanRecord = AnySpanRecord> {
  /** Those that have not ended, in no order that means anything. */
  readonly open: readonly TRecord[]
  /** The last that have ended, oldest end first. */
  readonly ended: readonly TRecord[]
  /** Ids of open spans that there was no room for: they are counted, and shown when something new is told of them. */
  readonly beyond: readonly string[]
}

/** No spans. */
export const noSpans: CategorySpans<never> = Object.freeze({ open: [], ended: [], beyond: [] })

/**
 * Folds an update of a span into its category's spans. An ended span never reopens. An update with a key says only what
 * the next one says again, so it may be left out for a reader who lags: therefore it brings in no span that is not here.
 */
export function foldSpan(
  spans: CategorySpans,
  update: SpanUpdate & { readonly key?: string },
  span: Span,
  bounds: SpanBounds = spanBounds,
): CategorySpans {
  const place = placesOf(spans.open, idOfRecord).get(span.id)
  const isEnd = isSpanEnd(span.state)
  if (place !== undefined) {
    const record = toSpanRecord(update, span)
    if (!isEnd) return { ...spans, open: replaceAt(spans.open, place, record) }
    return { ...spans, open: removeAt(spans.open, place, idOfRecord), ended: append(spans.ended, record, bounds) }
  }
  const beyond = spans.beyond.length === 0 ? undefined : placesOf(spans.beyond, idOfText).get(span.id)
  if (beyond === undefined && spans.ended.some(({ id }) => id === span.id)) return spans
  // Only when it goes from there: to take it out and then keep the list would cost a new index every time.
  const rest = () => (beyond === undefined ? spans : { ...spans, beyond: removeAt(spans.beyond, beyond, idOfText) })
  if (isEnd) return { ...rest(), ended: append(spans.ended, toSpanRecord(update, span), bounds) }
  if (update.key !== undefined) return spans
  if (spans.open.length < bounds.openMax) {
    return { ...rest(), open: add(spans.open, toSpanRecord(update, span), idOfRecord) }
  }
  if (beyond !== undefined || spans.beyond.length >= bounds.beyondMax) return spans
  return { ...spans, beyond: add(spans.beyond, span.id, idOfText) }
}

const idOfRecord = (record: AnySpanRecord): string => record.id
const idOfText = (id: string): string => id

/**
 * Where each id stands in a list. The index goes from a list to the list made from it, so that a fold costs the same
 * however many spans are open; a list that is folded a second time gets a new index.
 */
const indexes = new WeakMap<readonly unknown[], Map<string, number>>()

function placesOf<T>(list: readonly T[], idOf: (item: T) => string): Map<string, number> {
  let places = indexes.get(list)
  if (!places) {
    places = new Map(list.map((item, place) => [idOf(item), place]))
    indexes.set(list, places)
  }
  return places
}

function inherit(from: readonly unknown[], to: readonly unknown[], places: Map<string, number>): void {
  indexes.delete(from)
  indexes.set(to, places)
}

function replaceAt<T>(list: readonly T[], place: number, item: T): readonly T[] {
  const next = list.slice()
  next[place] = item
  const places = indexes.get(list)
  if (places) inherit(list, next, places)
  return next
}

function add<T>(list: readonly T[], item: T, idOf: (item: T) => string): readonly T[] {
  const places = placesOf(list, idOf)
  const next = list.slice()
  places.set(idOf(item), next.push(item) - 1)
  inherit(list, next, places)
  return next
}

/** The last of the list takes the free place: moving all behind it would cost more the more there are. */
function removeAt<T>(list: readonly T[], place: number, idOf: (item: T) => string): readonly T[] {
  const places = placesOf(list, idOf)
  const next = list.slice()
  const removed = next[place]
  const last = next.pop()
  if (removed !== undefined) places.delete(idOf(removed))
  if (last !== undefined && place < next.length) {
    next[place] = last
    places.set(idOf(last), place)
  }
  inherit(list, next, places)
  return next
}

function append(ended: readonly AnySpanRecord[], record: AnySpanRecord, { endedMax }: SpanBounds) {
  return [...ended, record].slice(-endedMax)
}
