import { type Priority, priorities } from '../event.ts'
import { cutSpanText, spanNameMax } from '../status/span.ts'
import type { UpdateOptions } from '../status/update.ts'

/** A property of whatever was handed in; one that throws when it is read is as absent. */
export function read(target: unknown, key: string): unknown {
  if (target === null || (typeof target !== 'object' && typeof target !== 'function')) return undefined
  try {
    return Reflect.get(target, key)
  } catch {
    return undefined
  }
}

/** The text of whatever was handed in; `instead` where it has none. */
export function textOf(value: unknown, instead: string): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return instead
  try {
    return String(value)
  } catch {
    return instead
  }
}

/** The same as a word of at most so many characters, none of them half. */
export function wordOf(value: unknown, instead: string, max = spanNameMax): string {
  return cutSpanText(textOf(value, instead), max).toWellFormed()
}

/** What is iterated over, as far as that goes. */
export function itemsOf(list: unknown): readonly unknown[] {
  const items: unknown[] = []
  try {
    for (const item of list as Iterable<unknown>) items.push(item)
  } catch {
    // What is no list is one thing that nothing can be made of: it is refused, and so counted.
    items.push(undefined)
  }
  return items
}

/** Options, as far as they are some: what is of another type would spoil the update, or those that wait with it. */
export function optionsOf(given: unknown): UpdateOptions {
  const id = read(given, 'id')
  const key = read(given, 'key')
  const priority = read(given, 'priority')
  const spanId = read(given, 'spanId')
  const ttlMs = read(given, 'ttlMs')
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof key === 'string' && { key }),
    ...(isPriority(priority) && { priority }),
    ...(typeof spanId === 'string' && { spanId }),
    ...(typeof ttlMs === 'number' && ttlMs > 0 && { ttlMs }),
  }
}

function isPriority(value: unknown): value is Priority {
  return priorities.some((priority) => priority === value)
}
