import superjson from 'superjson'
import { isPlainObject, isUnsafeKey } from './json.ts'

/**
 * The data transformer of our tRPC root. Out: superjson, which stock clients expect. In: plain JSON, or the
 * `json` of superjson's envelope, of which nothing is revived: superjson must never decode a stranger's bytes.
 */
export const transformer = {
  input: { serialize: (value: unknown): unknown => superjson.serialize(value), deserialize: unwrapInput },
  output: {
    serialize: (value: unknown): unknown => superjson.serialize(value),
    deserialize: (value: unknown): unknown => superjson.deserialize(value as never),
  },
}

/**
 * Takes the plain JSON out of a superjson envelope and leaves anything else as it is. Dates stay text. The one
 * annotation that is heeded is `undefined`: superjson writes such a key as `null`, and here it is removed again.
 */
export function unwrapInput(value: unknown): unknown {
  if (!isPlainObject(value) || !('json' in value)) return value
  const { json, meta, ...rest } = value
  // tRPC adds lastEventId beside the envelope when the root has no transformer of its own.
  const known = Object.keys(rest).every((key) => key === 'lastEventId')
  if (!known) return value
  if (isPlainObject(meta)) {
    if (Array.isArray(meta['values']) && meta['values'][0] === 'undefined') return undefined
    removeUndefined(json, meta['values'])
  }
  return 'lastEventId' in rest && (isPlainObject(json) || json === undefined) ? { ...json, ...rest } : json
}

function removeUndefined(json: unknown, values: unknown): void {
  if (!isPlainObject(values)) return
  for (const [path, annotation] of Object.entries(values)) {
    if (!Array.isArray(annotation) || annotation[0] !== 'undefined') continue
    const keys = splitPath(path)
    const last = keys.pop() ?? ''
    let holder: unknown = json
    for (const key of keys) holder = itemOf(holder, key)
    if (isPlainObject(holder) && Object.hasOwn(holder, last) && holder[last] === null) delete holder[last]
  }
}

function itemOf(holder: unknown, key: string): unknown {
  if (Array.isArray(holder)) return holder[Number(key)]
  return isPlainObject(holder) && !isUnsafeKey(key) && Object.hasOwn(holder, key) ? holder[key] : undefined
}

/** Splits a path at its dots; superjson writes a dot that belongs to a key as `\\.`. */
function splitPath(path: string): string[] {
  return path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))
}
