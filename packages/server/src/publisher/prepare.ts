import {
  type AnyContract,
  checkMetadata,
  type ErrorCode,
  isPlainText,
  type JsonObject,
  TelltaleError,
} from '@telltale/contract'
import type { TelemetryEvents } from '../telemetry/events.ts'
import { encodeUpdate } from './encode.ts'
import { cutText, fits, type PayloadLimits } from './limits.ts'
import type { RawUpdate } from './raw-update.ts'
import { StatusDraft } from './status-draft.ts'

type Reason = TelemetryEvents['update.rejected']['reason']

/** Why an update is not fit to be numbered. */
export interface Refused {
  readonly reason: Reason
  readonly error: TelltaleError
}

/** An update that is fit to be numbered. */
export interface Prepared {
  readonly reason?: never
  readonly draft: StatusDraft
  /** Its metadata as JSON, as it was checked. */
  readonly metadataJson: string
  readonly wasCut: boolean
}

const refused = (reason: Reason, code: ErrorCode, message: string): Refused => ({
  reason,
  error: new TelltaleError(code, message),
})

/** Checks an update against the contract and the limits, and encodes it once for all its readers. Pure but for the id. */
export function prepareUpdate(
  contract: AnyContract,
  limits: PayloadLimits,
  raw: RawUpdate,
  nextId: () => string,
): Prepared | Refused {
  const { conversation, category, facts, metadata } = raw
  if (!conversation.isValid) {
    return refused('conversation', 'INVALID_INPUT', 'conversationId must be 1 to 128 of A-Z a-z 0-9 _ . : @ -')
  }
  if (!facts.isKnown) {
    return refused('category', 'UNKNOWN_CATEGORY', `the contract has no category '${String(category).slice(0, 64)}'`)
  }
  if (!metadata.ok) return refused('data', 'INVALID_METADATA', `metadata: ${metadata.problem}`)
  if (metadata.fits) return encodeChecked(limits, raw, metadata.text, nextId)
  if (!metadata.text.startsWith('{')) return refused('data', 'INVALID_METADATA', 'metadata must be an object')
  const checked = checkMetadata(contract, category, JSON.parse(metadata.text) as JsonObject)
  if (!checked.ok) return refused('metadata', 'INVALID_METADATA', `metadata of ${category}: ${checked.problem}`)
  return encodeChecked(limits, raw, JSON.stringify(checked.metadata), nextId)
}

/** Encodes an update whose metadata was checked before. */
export function encodeChecked(
  limits: PayloadLimits,
  raw: RawUpdate,
  metadataJson: string,
  nextId: () => string,
): Prepared | Refused {
  let textJson = isPlainText(raw.text) ? raw.text : insideQuotes(raw.text.toWellFormed())
  // The limit counts the quotes.
  const wasCut = !fits(textJson, limits.textMaxBytes - 2)
  if (wasCut) {
    if (raw.isStrict) return refused('size', 'PAYLOAD_TOO_LARGE', `text is over ${limits.textMaxBytes} bytes`)
    textJson = insideQuotes(cutText(raw.text.toWellFormed(), limits.textMaxBytes))
  }
  if (!fits(metadataJson, limits.metadataMaxBytes)) {
    return refused('size', 'PAYLOAD_TOO_LARGE', `metadata is over ${limits.metadataMaxBytes} bytes`)
  }
  const idJson = raw.id === undefined ? nextId() : insideQuotes(raw.id)
  const body = encodeUpdate(raw, idJson, textJson, metadataJson, wasCut)
  if (!fits(body, limits.updateMaxBytes)) {
    return refused('size', 'PAYLOAD_TOO_LARGE', `the update is over ${limits.updateMaxBytes} bytes`)
  }
  return { draft: new StatusDraft(raw, body), metadataJson, wasCut }
}

function insideQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
