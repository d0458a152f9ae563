import { type ReactNode, useRef } from 'react'

/** What it reads; other files can be chosen too, for the server to say no. */
const accept = '.pdf,.md,.markdown,.html,.htm,.txt,text/*,application/pdf'

interface FileButtonProps {
  readonly className?: string
  readonly onFiles: (files: readonly File[]) => void
  readonly children: ReactNode
}

/** A button that lets one choose files. */
export function FileButton({ className, onFiles, children }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" className={className} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={accept}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])])
          // The same file again is a choice, too.
          target.value = ''
        }}
      />
    </>
  )
}
