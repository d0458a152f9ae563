/** What a producer says: the same for every contender. */
export interface Draft {
  /** Numbers the updates of a run, from 1. */
  readonly number: number
  readonly text: string
  readonly metadata: DraftMetadata
}

/** The metadata of a draft. `seq` has seven digits always, so that all updates are equally long. */
export interface DraftMetadata {
  readonly seq: number
  readonly tool: string
  readonly query: string
  readonly resultCount: number
  /** When it was said, by {@link machineMicros}; only where latency is measured. */
  readonly sentMicros?: number
  readonly [key: string]: string | number | undefined
}

/** An update as every contender puts it on the wire: the fields of Telltale's own, in its order. */
export interface Update {
  readonly offset: number
  readonly id: string
  readonly conversationId: string
  readonly category: string
  readonly text: string
  readonly metadata: DraftMetadata
  readonly timestamp: string
}

export const conversationId = 'conversation-7'
export const category = 'info'

/** Where `seq` begins: one below the first. */
export const seqBase = 1_000_000
/** Stands once in every update, right before its seven digits, and nowhere else on the wire. */
export const marker = Buffer.from('"seq":')
export const seqDigits = 7

/** Makes the draft with a number. */
export function draftOf(number: number, sentMicros?: number): Draft {
  return {
    number,
    text: 'Read 3 of 7 results',
    metadata: {
      seq: seqBase + number,
      tool: 'web_search',
      query: 'tide tables',
      resultCount: 10,
      ...(sentMicros !== undefined && { sentMicros }),
    },
  }
}

/** The update a peer sends for a draft, with as little work as any hand-written server could do. */
export function updateOf({ number, text, metadata }: Draft): Update {
  const id = `AbCdEfGh${number.toString(36)}`
  return { offset: number, id, conversationId, category, text, metadata, timestamp: isoNow() }
}

let lastMs = 0
let lastIso = ''

/** Telltale formats a millisecond once, so its peers may too. */
function isoNow(): string {
  const now = Date.now()
  if (now !== lastMs) {
    lastMs = now
    lastIso = new Date(now).toISOString()
  }
  return lastIso
}

/** Microseconds of the monotonic clock of the machine: the same in all its processes, so that no offset has to be guessed. */
export function machineMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}
