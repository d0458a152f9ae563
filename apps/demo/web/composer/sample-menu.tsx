import { useId, useRef } from 'react'
import type { Sample } from '../../api/analysis.ts'
import { SampleList } from './sample-list.tsx'
import './sample-menu.css'

/** The samples, folded away above the composer. */
export function SampleMenu({ onSample }: { onSample: (sample: Sample) => void }) {
  const menu = useRef<HTMLDivElement>(null)
  const id = useId()
  return (
    <div className="sample-menu">
      <button type="button" popoverTarget={id}>
        Samples
      </button>
      <div id={id} ref={menu} popover="auto" className="sample-popover panel">
        <SampleList
          onSample={(sample) => {
            menu.current?.hidePopover()
            onSample(sample)
          }}
        />
      </div>
    </div>
  )
}
