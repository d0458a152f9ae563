/**
 * How values travel: in superjson's envelope, of which we use only the plain part, for status data is JSON. Roots
 * without a transformer answer without the envelope; both are read.
 */
export const envelope = {
  input: {
    serialize: (value: unknown): unknown => (value === undefined ? undefined : { json: value }),
    deserialize: (value: unknown): unknown => value,
  },
  output: {
    serialize: (value: unknown): unknown => value,
    deserialize: (value: unknown): unknown =>
      typeof value === 'object' && value !== null && 'json' in value ? value.json : value,
  },
}
