import type { SlowRunState } from './use-slow-run.ts'
import './slow-note.css'

/** What a tab that was slow was told, in numbers. */
export function SlowNote({ run }: { run: SlowRunState }) {
  const isCounted = run.phase === 'slow' || run.phase === 'over'
  return (
    <div className="slow-note" data-phase={run.phase}>
      <p role="status">{sentenceOf(run)}</p>
      {isCounted && (
        <dl aria-label="What became of what was said meanwhile">
          <Count name="came" value={run.count.came} words="came" />
          {!run.isFiltered && <Count name="replaced" value={run.count.replaced} words="replaced by a later one" />}
          <Count name="missed" value={run.count.missed} words="missed, told as a gap" />
        </dl>
      )}
    </div>
  )
}

function Count({ name, value, words }: { name: string; value: number | null; words: string }) {
  return (
    <div data-slow={name}>
      <dd>{value === null ? '?' : value.toLocaleString('en')}</dd>
      <dt>{words}</dt>
    </div>
  )
}

function sentenceOf(run: SlowRunState): string {
  switch (run.phase) {
    case 'idle':
      return ''
    case 'slow':
      return 'A lot is said, and the line of this tab takes nothing of it for a while. Other tabs hear all of it.'
    case 'over':
      return 'The line was slow. Where something is missing the list says so; how things stand came as a snapshot.'
    case 'failed':
      return `This tab could not be slowed down: ${run.message}.`
  }
}
