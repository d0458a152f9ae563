/** How large an update may be, encoded as JSON in UTF-8. */
export interface PayloadLimits {
  /** @default 4_096 */
  readonly textMaxBytes: number
  /** @default 16_384 */
  readonly metadataMaxBytes: number
  /** The whole update. @default 32_768 */
  readonly updateMaxBytes: number
}

/** 4, 16 and 32 KiB. */
export const defaultPayloadLimits: PayloadLimits = Object.freeze({
  textMaxBytes: 4_096,
  metadataMaxBytes: 16_384,
  updateMaxBytes: 32_768,
})

/** Bytes of a text in UTF-8, without making them when the text is short enough for any encoding to fit. */
export function fits(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes)
}

/** Cuts a text so that its JSON form fits, never through a character. */
export function cutText(text: string, maxBytes: number): string {
  let low = 0
  let high = Math.min(text.length, maxBytes)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (Buffer.byteLength(JSON.stringify(text.slice(0, middle))) <= maxBytes) low = middle
    else high = middle - 1
  }
  const cut = text.slice(0, low)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
