import type { BoundStatus, SpanHandle } from '@telltale/client/producer'
import type { Contract } from '@telltale/contract'
import type { AnalysisMetadata } from '../api/analysis.ts'
import type { Breathe } from './breath.ts'

/** What a step says while it works, and the pieces of work it is made of. */
export interface Report {
  /** A library that is a tool does something. */
  tool<TResult>(
    work: { readonly tool: string; readonly text: string; readonly query?: string },
    task: Task<'tool', TResult>,
  ): TResult
  /** A method that decides something is at work. */
  engine<TResult>(
    work: { readonly engine: string; readonly text: string; readonly model?: string },
    task: Task<'engine', TResult>,
  ): TResult
  /** A fact, or a limit that was met. */
  info(text: string, details?: { readonly [fact: string]: string | number }): void
  /** Counts up to a total; the count lets everything else have its turn now and then. */
  counting<TResult>(work: Counted, task: (count: Count) => Promise<TResult>): Promise<TResult>
}

/** A piece of work in a span of its own; what is reported by its report is a part of it. */
export type Task<TCategory extends 'tool' | 'engine', TResult> = (
  span: SpanHandle<Contract, TCategory>,
  report: Report,
) => TResult

/** What is counted, and what to say when so many are done. */
export interface Counted {
  readonly unit: string
  readonly total: number
  readonly textOf: (current: number, total: number) => string
}

/** Called with how many are done, in a loop that awaits what it answers. */
export type Count = (current: number) => Promise<void> | undefined

/** The report of a step of an analysis, or of a piece of work in it. */
export function createReport(status: BoundStatus, common: AnalysisMetadata, breathe: Breathe): Report {
  return {
    tool: ({ tool, text, query }, task) =>
      status.span(
        { category: 'tool', name: tool, text, metadata: { ...common, tool, ...(query !== undefined && { query }) } },
        (span) => task(span, createReport(span.status, common, breathe)),
      ),
    engine: ({ engine, text, model }, task) =>
      status.span(
        {
          category: 'engine',
          name: engine,
          text,
          metadata: { ...common, engine, ...(model !== undefined && { model }) },
        },
        (span) => task(span, createReport(span.status, common, breathe)),
      ),
    info: (text, details) => status.info(text, { ...details, ...common }),
    counting({ unit, total, textOf }, task) {
      // What is none is not counted.
      if (total === 0) return task(breathe)
      const name = `${unit.charAt(0).toUpperCase()}${unit.slice(1)}`
      const metadata = { ...common, unit }
      return status.span({ category: 'progress', name, text: textOf(0, total), metadata }, async (span) => {
        const result = await task((current) => {
          span.progress({ current, total, unit }, textOf(current, total))
          return breathe()
        })
        span.end(textOf(total, total))
        return result
      })
    },
  }
}

/** A number as a person reads it, and its noun: `4,211 words`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
