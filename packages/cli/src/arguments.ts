import { type From, isPlainObject, type Priority, priorities } from '@telltale/contract'
import { InvalidArgumentError } from 'commander'

/** Most updates a reader may ask to begin with. */
const lastMax = 10_000

/** Where to begin: `snapshot`, `live`, `all`, or a number of updates. */
export function parseFrom(text: string): From {
  if (text === 'snapshot' || text === 'live') return text
  if (text === 'all') return { last: lastMax }
  return { last: parseInteger(text, 1, lastMax, 'snapshot, live, all, or') }
}

/** Names between commas. */
export function parseCategories(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Must be names between commas, such as tool,error.')
  return [...new Set(names)]
}

/** A port; 0 is any free one. */
export function parsePort(text: string): number {
  return parseInteger(text, 0, 65_535)
}

/** Where a server is. */
export function parseUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  if (protocol === 'ws:' || protocol === 'wss:') return text
  throw new InvalidArgumentError('Must be like ws://localhost:4000/trpc or wss://status.example.com/trpc.')
}

/** Metadata of an update. */
export function parseMetadata(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Said below.
  }
  if (isPlainObject(value)) return value
  throw new InvalidArgumentError(`Must be a JSON object, such as '{"tool":"web_search"}'.`)
}

/** How much an update matters. */
export function parsePriority(text: string): Priority {
  const priority = priorities.find((name) => name === text)
  if (priority) return priority
  throw new InvalidArgumentError(`Must be one of ${priorities.join(', ')}.`)
}

function parseInteger(text: string, min: number, max: number, alternatives = ''): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new InvalidArgumentError(`Must be ${alternatives} a whole number from ${min} to ${max}.`.replace('  ', ' '))
}
