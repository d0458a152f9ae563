import { documentMaxBytes, type Sample } from '../../api/analysis.ts'
import { FileButton } from './file-button.tsx'
import { SampleList } from './sample-list.tsx'
import './first-words.css'

interface FirstWordsProps {
  readonly onFiles: (files: readonly File[]) => void
  readonly onSample: (sample: Sample) => void
}

/** What a conversation shows before anything was given. */
export function FirstWords({ onFiles, onSample }: FirstWordsProps) {
  return (
    <div className="first-words">
      <p className="first-words-title">Give it a document. See everything it does.</p>
      <p className="first-words-lead">
        It is read, counted and summed up on the server. Every step shows in the timeline the moment it happens, and
        when your line breaks, you are told exactly what you missed.
      </p>
      <FileButton className="drop-zone" onFiles={onFiles}>
        <svg className="line-icon" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M8 10V2.5M5 5.2 8 2.2l3 3M2.5 10v3.5h11V10" />
        </svg>
        <span>
          <strong>Drop a document here, or choose one</strong>
          <span>PDF, Markdown, HTML or plain text, up to {documentMaxBytes / 1_000_000} MB</span>
        </span>
      </FileButton>
      <h3>Or take one of these</h3>
      <SampleList onSample={onSample} />
    </div>
  )
}
