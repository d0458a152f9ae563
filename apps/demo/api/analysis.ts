/** What the demo's server answers over HTTP, and what both ends agree on. */

/** The steps of an analysis, in their order. */
export const steps = [
  { name: 'parse', title: 'Read the document' },
  { name: 'language', title: 'Find the language' },
  { name: 'count', title: 'Count sentences and words' },
  { name: 'readability', title: 'Measure readability' },
  { name: 'phrases', title: 'Find key phrases' },
  { name: 'links', title: 'Check links' },
  { name: 'summary', title: 'Write the summary' },
  { name: 'glossary', title: 'Build the glossary' },
] as const

/** The name of a step. */
export type StepName = (typeof steps)[number]['name']

/** How an analysis stands, as the server that started it knows. */
export type WorkState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

/** Largest document that is taken, in bytes. */
export const documentMaxBytes = 10_000_000

/** Most analyses that run at the same time; more wait for their turn. */
export const runningMax = 10

/** Why a document could not be analysed. */
export type Refusal =
  | 'EMPTY'
  | 'TOO_LARGE'
  | 'UNSUPPORTED_TYPE'
  | 'UNREADABLE'
  | 'NO_TEXT'
  | 'TIMEOUT'
  | 'WORKER_DIED'
  | 'TOO_MANY'

/** A document as it was given. */
export interface DocumentInfo {
  readonly name: string
  /** What it turned out to be, by its content first and its name second; `null` before that is known. */
  readonly kind: 'text' | 'markdown' | 'html' | 'pdf' | null
  readonly bytes: number
}

/** One link of a document, and whether it is well formed. Nothing is fetched. */
export interface FoundLink {
  readonly url: string
  readonly isWellFormed: boolean
  /** Why not. */
  readonly problem?: string
}

/** What was found out so far; each key appears when its step has ended. */
export interface Findings {
  readonly parse?: { readonly pages: number | null; readonly characters: number; readonly title: string | null }
  readonly language?: { readonly code: string; readonly name: string; readonly isReliable: boolean }
  readonly count?: {
    readonly sentences: number
    readonly words: number
    readonly uniqueWords: number
    readonly paragraphs: number
  }
  /** `score` is Flesch reading ease where the language has a formula; `null` elsewhere. */
  readonly readability?: {
    readonly score: number | null
    readonly formula: string | null
    readonly label: string
    readonly wordsPerSentence: number
    readonly readingMinutes: number
  }
  readonly phrases?: readonly { readonly phrase: string; readonly count: number }[]
  readonly links?: readonly FoundLink[]
  /** Sentences of the document, in its order. */
  readonly summary?: readonly string[]
  readonly glossary?: readonly { readonly term: string; readonly meaning: string }[]
}

/** One analysis of one document. */
export interface Analysis {
  readonly id: string
  readonly conversationId: string
  readonly document: DocumentInfo
  readonly state: WorkState
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly failure: { readonly code: Refusal; readonly message: string } | null
  readonly findings: Findings
}

/** `GET /api/conversations/:conversationId`: oldest analysis first. */
export interface Conversation {
  readonly id: string
  readonly analyses: readonly Analysis[]
}

/** `GET /api/conversations`: newest first. */
export interface ConversationSummary {
  readonly id: string
  /** The newest analysis, without its findings. */
  readonly latest: Omit<Analysis, 'findings'>
  readonly analyses: number
}

/** `GET /api/samples`: the documents that come with the demo. */
export interface Sample {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly bytes: number
}

/**
 * `POST /api/conversations/:conversationId/analyses?name=report.pdf` with the document as body
 * (`application/octet-stream`), or `?sample=<id>` without one: 202 with the {@link Analysis}. One that is refused at
 * once (413, 415, 422, 429) is answered with the analysis too, `failed`, for it is told in the conversation.
 * `&pauseMs=400` rests so long after each step (at most 1,000), for watching; a status says so.
 * `DELETE /api/conversations/:conversationId/analyses/:id` cancels: 202, or 404.
 * `POST /api/conversations/:conversationId/analyses/:id/kill` kills the process that runs it, and says nothing to
 * anybody: 202, or 404.
 * Anything malformed is a 400 or 404 with this. Whoever may not read a conversation is answered as if there were none.
 */
export interface ApiError {
  readonly code: string
  readonly message: string
}

/** The conversation in which every analysis is told as a whole, for the overview. */
export const overviewConversation = 'overview'

/** Whether a text can name a conversation: 1 to 64 letters, digits and `_ . : -`, and not the overview's own. */
export function isConversationId(id: string): boolean {
  return /^[A-Za-z0-9_.:-]{1,64}$/.test(id) && id !== overviewConversation
}

/** A worker that gives no sign of life for so long is given up, and its open spans are lost, in milliseconds. */
export const leaseLapseMs = 8_000

/** What every status of an analysis says in its metadata, beside what its category has. How it stands, its span says. */
export interface AnalysisMetadata {
  readonly workflow: 'document_analysis'
  readonly analysisId: string
  /** Absent on what concerns the whole analysis. */
  readonly step?: StepName
  /** In the overview: where the analysis is. */
  readonly conversationId?: string
  /** On the span of a document's wait for its turn: it is not the analysis. */
  readonly isTurn?: true
}

/** What the span of a whole analysis is called. The span of a step has the step's title. */
export function analysisName(document: string): string {
  return `Analyse ${document}`
}
