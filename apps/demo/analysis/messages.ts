import type { Findings, Refusal } from '../api/analysis.ts'
import type { DocumentKind } from './document.ts'

/** What a worker is given to do. */
export interface WorkOrder {
  readonly analysisId: string
  readonly conversationId: string
  /** The document's, for people. */
  readonly name: string
  readonly kind: DocumentKind
  readonly bytes: Uint8Array
  /** How long it rests after each step, in milliseconds. */
  readonly pauseMs: number
}

/** Where a worker says its statuses, and what lets it in there as one. */
export interface StatusServer {
  readonly url: string
  readonly token: string
}

/** What the desk tells a worker: that there is time to get ready, once what to do, that a message was taken, and why it has to stop before its end. */
export type DeskMessage =
  | { readonly type: 'prepare' }
  | { readonly type: 'order'; readonly order: WorkOrder; readonly server: StatusServer }
  | { readonly type: 'noted' }
  | { readonly type: 'stop'; readonly failure: Failure }

/** What a worker tells the desk. Last comes `failed` or `finished`; an end without one is a death. */
export type WorkMessage =
  | { readonly type: 'found'; readonly findings: Findings }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'finished' }

/** Why an analysis came to nothing; the message is for a person. */
export interface Failure {
  readonly code: Refusal
  readonly message: string
}

/** How a step ended well, and what the steps after it build on. */
export interface StepResult<TValue> {
  readonly value: TValue
  /** What to tell a person. */
  readonly text: string
  /** What it found: its own key. */
  readonly findings: Findings
  /** The counts behind the text. */
  readonly facts: { readonly [fact: string]: string | number | boolean | null }
}
