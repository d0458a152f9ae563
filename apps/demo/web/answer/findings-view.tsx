import type { Findings, WorkState } from '../../api/analysis.ts'
import { Figures } from './figures.tsx'
import { FoundLinks } from './found-links.tsx'
import { Glossary } from './glossary.tsx'
import { KeyPhrases } from './key-phrases.tsx'
import { Readability } from './readability.tsx'
import { Summary } from './summary.tsx'
import './findings-view.css'

interface FindingsViewProps {
  readonly findings: Findings
  readonly state: WorkState
}

/** What was found so far, in the order in which it is found, so that nothing jumps. */
export function FindingsView({ findings, state }: FindingsViewProps) {
  const { parse, readability, phrases, links, summary, glossary } = findings
  return (
    <div className="findings" data-state={state}>
      {parse?.title && (
        <p className="findings-title">
          <bdi>{parse.title}</bdi>
        </p>
      )}
      <Figures findings={findings} isRunning={state === 'running'} />
      {readability && <Readability readability={readability} />}
      {phrases && <KeyPhrases phrases={phrases} />}
      {links && links.length > 0 && <FoundLinks links={links} />}
      {summary && <Summary sentences={summary} />}
      {glossary && glossary.length > 0 && <Glossary entries={glossary} />}
    </div>
  )
}
