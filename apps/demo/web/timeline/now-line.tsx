import { formatSeconds } from './duration.ts'
import { Elapsed } from './elapsed.tsx'
import { Ribbon } from './ribbon.tsx'
import { isOver, type ShownState, type Standing } from './standing.ts'
import { StepSegments } from './step-segments.tsx'
import { useQuietSeconds } from './use-seconds.ts'
import './now-line.css'

interface NowLineProps {
  readonly conversationId: string
  readonly standing: Standing | null
  /** The document it is about, when that is known. */
  readonly name: string | null
  readonly isLive: boolean
}

/** What happens right now, in one sentence. */
export function NowLine({ conversationId, standing, name, isLive }: NowLineProps) {
  const state = standing?.state ?? 'idle'
  const quietS = useQuietSeconds(conversationId, standing?.heardAt ?? null)
  const isOpen = standing !== null && !isOver(standing.state)
  const isMoving = isOpen && state !== 'queued' && isLive && quietS === null
  return (
    <section
      className="now-line"
      aria-labelledby="now-line-title"
      data-state={state}
      data-quiet={quietS !== null || undefined}
    >
      <Ribbon isMoving={isMoving} />
      <header>
        <h3 id="now-line-title">{titleOf(state, isOpen && !isLive, quietS)}</h3>
        {name && <bdi className="now-line-name">{name}</bdi>}
        {standing && (
          <Elapsed
            conversationId={conversationId}
            startedAt={standing.startedAt}
            durationMs={standing.durationMs}
            isRunning={isOpen && isLive}
          />
        )}
      </header>
      <p className="now-line-text">
        <bdi>{standing?.text ?? (isLive ? invitation : 'Nothing is heard yet')}</bdi>
      </p>
      {standing && <StepSegments steps={standing.steps} />}
      {/* Each step is told aloud, each page of a document is not. */}
      <p className="only-heard" aria-live="polite">
        {heardOf(standing, name, quietS !== null)}
      </p>
    </section>
  )
}

const invitation = 'Nothing is running. Give it a document and watch.'

const titles: Record<ShownState | 'idle', string> = {
  idle: 'Now',
  planned: 'Next',
  queued: 'Next',
  running: 'Now',
  waiting: 'Now',
  retrying: 'Now',
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  lost: 'Lost',
  unreached: 'Lost',
}

function titleOf(state: ShownState | 'idle', isUnheard: boolean, quietS: number | null): string {
  if (isUnheard) return 'Last heard'
  return quietS === null ? titles[state] : `Quiet for ${formatSeconds(quietS)}`
}

function heardOf(standing: Standing | null, name: string | null, isQuiet: boolean): string {
  if (!standing) return ''
  const { state, steps } = standing
  if (isOver(state) || state === 'queued') return `${name ?? 'The analysis'}: ${state}`
  if (isQuiet) return 'Nothing is heard of its worker'
  const at = steps.findLastIndex(({ span }) => span !== null)
  const step = steps[at]
  return step ? `Step ${at + 1} of ${steps.length}: ${step.title}` : 'Started'
}
