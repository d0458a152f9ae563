import { Elapsed } from './elapsed.tsx'
import { Ribbon } from './ribbon.tsx'
import { StepSegments } from './step-segments.tsx'
import { isOver, type Work } from './work.ts'
import './now-line.css'

interface NowLineProps {
  readonly work: Work | null
  /** The document it is about, when that is known. */
  readonly name: string | null
  readonly isLive: boolean
}

/** What happens right now, in one sentence. */
export function NowLine({ work, name, isLive }: NowLineProps) {
  const state = work?.state ?? null
  const isRunning = state === 'running' && isLive
  return (
    <section className="now-line" aria-labelledby="now-line-title" data-state={state ?? 'idle'}>
      <Ribbon isMoving={isRunning} />
      <header>
        <h3 id="now-line-title">{isLive || isOver(state) || !work ? titles[state ?? 'idle'] : 'Last heard'}</h3>
        {name && <bdi className="now-line-name">{name}</bdi>}
        {work?.startedAt && <Elapsed startedAt={work.startedAt} durationMs={work.durationMs} isRunning={isRunning} />}
      </header>
      <p className="now-line-text">
        <bdi>{work || isLive ? sentenceOf(work) : 'Nothing is heard yet'}</bdi>
      </p>
      {work && <StepSegments steps={work.steps} />}
      {/* Each step is told aloud, each page of a document is not. */}
      <p className="only-heard" aria-live="polite">
        {heardOf(work, name)}
      </p>
    </section>
  )
}

const titles = {
  idle: 'Now',
  queued: 'Next',
  running: 'Now',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

function sentenceOf(work: Work | null): string {
  if (!work?.state) return work?.text ?? 'Nothing is running. Give it a document and watch.'
  if (work.state === 'failed' && work.problem !== null) return work.problem
  if (work.text !== null) return work.text
  return isOver(work.state) ? 'What was said then is not kept any more.' : 'Waiting for the first word'
}

function heardOf(work: Work | null, name: string | null): string {
  if (!work?.state) return ''
  const at = work.steps.findIndex(({ state }) => state === 'running')
  const step = work.steps[at]
  if (work.state === 'running') return step ? `Step ${at + 1} of ${work.steps.length}: ${step.title}` : 'Started'
  return `${name ?? 'The analysis'}: ${work.state}`
}
