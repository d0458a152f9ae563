import type { Contract, JsonObject, MetadataInput } from '@telltale/contract'
import type { AnalysisMetadata, Findings, Refusal, StepName } from '../api/analysis.ts'
import type { DocumentKind } from './document.ts'

/** What a worker is given to do. */
export interface WorkOrder {
  readonly analysisId: string
  readonly kind: DocumentKind
  readonly bytes: Uint8Array
  /** How long it rests after each step, in milliseconds. */
  readonly pauseMs: number
}

/** A status from inside a step: an engine or a tool at work, how far it is, a fact worth knowing. */
export type Said = {
  readonly [TCategory in 'engine' | 'tool' | 'progress' | 'info']: {
    readonly category: TCategory
    readonly text: string
    readonly metadata: AnalysisMetadata & MetadataInput<Contract, TCategory>
    /** Under which a later one may stand for this one. */
    readonly key?: string
  }
}['engine' | 'tool' | 'progress' | 'info']

/** How a step ended well. */
export interface StepEnd {
  /** What to tell a person. */
  readonly text: string
  /** What it found: its own key. */
  readonly findings: Findings
  /** The counts behind the text. */
  readonly facts: JsonObject
}

/** What a worker tells whoever started it. Last comes `finished` or `refused`; an end without one is a death. */
export type WorkMessage =
  | { readonly type: 'stepStarted'; readonly step: StepName }
  | { readonly type: 'said'; readonly said: Said }
  | { readonly type: 'stepEnded'; readonly step: StepName; readonly durationMs: number; readonly end: StepEnd }
  | { readonly type: 'refused'; readonly code: Refusal; readonly message: string }
  | { readonly type: 'finished' }
