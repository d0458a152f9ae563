/**
 * Where a reader begins: with the snapshot and then live (the default), live only, with the last n updates, or behind
 * a position it had before.
 */
export type From = 'snapshot' | 'live' | { readonly last: number } | { readonly after: string }
