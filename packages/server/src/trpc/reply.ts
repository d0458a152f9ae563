/** The id of a request, as its client chose it. */
export type RequestId = number | string

/** What an answer says of the request it is for. */
export interface Reply<TId extends RequestId | null = RequestId> {
  readonly id: TId
  /** Echoed when the client sent it. */
  readonly jsonrpc?: '2.0'
}

/** How every answer begins. */
export function beginningOf({ id, jsonrpc }: Reply): string {
  return `{"id":${JSON.stringify(id)}${jsonrpc === undefined ? '' : ',"jsonrpc":"2.0"'}`
}
