import { type KeyboardEvent, useId, useState } from 'react'
import type { Sample } from '../../api/analysis.ts'
import { FileButton } from './file-button.tsx'
import { SampleMenu } from './sample-menu.tsx'
import './composer.css'

interface ComposerProps {
  readonly isSlow: boolean
  readonly onSlow: (isSlow: boolean) => void
  readonly onText: (text: string) => void
  readonly onFiles: (files: readonly File[]) => void
  readonly onSample: (sample: Sample) => void
}

/** Where a document is given: as text, as a file, or one of the samples. */
export function Composer({ isSlow, onSlow, onText, onFiles, onSample }: ComposerProps) {
  const [text, setText] = useState('')
  const textId = useId()
  const isEmpty = text.trim() === ''

  function send(): void {
    if (isEmpty) return
    onText(text)
    setText('')
  }

  function sendByKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
    event.preventDefault()
    send()
  }

  return (
    <form
      className="composer"
      aria-label="Give a document"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <label htmlFor={textId} className="only-heard">
        Text to analyse
      </label>
      <textarea
        id={textId}
        rows={1}
        value={text}
        placeholder="Paste text, or drop a document here"
        onChange={({ target }) => setText(target.value)}
        onKeyDown={sendByKey}
      />
      <div className="composer-row">
        <FileButton onFiles={onFiles}>Choose a file</FileButton>
        <SampleMenu onSample={onSample} />
        <SlowSwitch isSlow={isSlow} onSlow={onSlow} />
        <button type="submit" className="main" disabled={isEmpty}>
          Analyse
        </button>
      </div>
    </form>
  )
}

/** Real work is over in a blink; who wants to see each step can have it rest in between, and it says so. */
export function SlowSwitch({ isSlow, onSlow }: Pick<ComposerProps, 'isSlow' | 'onSlow'>) {
  return (
    <label className="slow-switch" title="Rests 400 ms after each step, and says so">
      <input type="checkbox" checked={isSlow} onChange={({ target }) => onSlow(target.checked)} />
      Slow down to watch
    </label>
  )
}
