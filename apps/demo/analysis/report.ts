import type { AnalysisMetadata, StepName } from '../api/analysis.ts'
import type { Said } from './messages.ts'

/** Most progress statuses of one count; the last one is always told. */
const progressMax = 20

/** What may be said of a tool. */
export interface ToolDetails {
  /** What it was asked. */
  readonly query?: string
  readonly resultCount?: number
  /** How long it took, in milliseconds. */
  readonly durationMs?: number
}

/** What a step says while it works. */
export interface Report {
  /** A library that is a tool did something. */
  tool(tool: string, text: string, details?: ToolDetails): void
  /** A method that decides something is at work. */
  engine(engine: string, text: string, details?: { readonly model?: string }): void
  /** A fact, or a limit that was met. */
  info(text: string, details?: { readonly [fact: string]: string | number }): void
  /** Counts up to a total; what it answers is called with how many are done. */
  progress(unit: string, total: number, textOf: (current: number, total: number) => string): (current: number) => void
}

/** The report of one step of one analysis. */
export function createReport(analysisId: string, step: StepName, say: (said: Said) => void): Report {
  const common: AnalysisMetadata = { workflow: 'document_analysis', analysisId, step }
  return {
    tool: (tool, text, details) => say({ category: 'tool', text, metadata: { ...details, ...common, tool } }),
    engine: (engine, text, details) => say({ category: 'engine', text, metadata: { ...details, ...common, engine } }),
    info: (text, details) => say({ category: 'info', text, metadata: { ...details, ...common } }),
    progress(unit, total, textOf) {
      let told = 0
      return (current) => {
        const due = Math.floor((current * Math.min(progressMax, total)) / total)
        if (due === told) return
        told = due
        const percent = Math.floor((current * 100) / total)
        const metadata = { ...common, current, total, percent, unit }
        say({ category: 'progress', text: textOf(current, total), metadata, key: `${analysisId}:${step}` })
      }
    },
  }
}

/** A number as a person reads it, and its noun: `4,211 words`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
