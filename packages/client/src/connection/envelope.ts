/** No input, as superjson says it: a root that revives what it is sent cannot read an input that is not there. */
const nothing = { json: null, meta: { values: ['undefined'] } }

/**
 * How values travel: in superjson's envelope, of which we use only the plain part, for status data is JSON. Roots
 * without a transformer answer without the envelope; both are read.
 */
export const envelope = {
  input: {
    serialize: (value: unknown): unknown => (value === undefined ? nothing : { json: value }),
    deserialize: (value: unknown): unknown => value,
  },
  output: {
    serialize: (value: unknown): unknown => value,
    deserialize: (value: unknown): unknown =>
      typeof value === 'object' && value !== null && 'json' in value ? value.json : value,
  },
}
