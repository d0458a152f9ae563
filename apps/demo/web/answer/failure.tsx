import type { Analysis, Refusal } from '../../api/analysis.ts'
import './failure.css'

/** What one can do about it. */
const advice: Record<Refusal, string> = {
  EMPTY: 'Give it a document with some text in it.',
  TOO_LARGE: 'Give it a smaller one, or a part of it.',
  UNSUPPORTED_TYPE: 'It reads PDF, Markdown, HTML and plain text.',
  UNREADABLE: 'Try to save it anew, without a password.',
  NO_TEXT: 'Its pages may be pictures. Text recognition would have to come first.',
  TIMEOUT: 'Give it a shorter one, or try once more.',
  WORKER_DIED: 'The others go on undisturbed. Once more may help.',
  TOO_MANY: 'Wait a little and try once more.',
}

/** Why a document could not be analysed, and what one can do about it. */
export function Failure({ failure: { code, message } }: { failure: NonNullable<Analysis['failure']> }) {
  return (
    <div className="failure" data-code={code}>
      <p>
        <bdi>{message}</bdi>
      </p>
      <p className="hint">
        {advice[code]} <code>{code}</code>
      </p>
    </div>
  )
}
