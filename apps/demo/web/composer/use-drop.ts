import { useEffect, useState } from 'react'

/** Takes files that are dropped or pasted anywhere on the page; the answer is whether some hang over it. */
export function useDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false)

  useEffect(() => {
    // Entering a child leaves its parent: only the balance says whether it is outside.
    let depth = 0
    const move = (to: number): void => {
      depth = Math.max(0, to)
      setOver(depth > 0)
    }
    const ending = new AbortController()
    const hear = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void): void =>
      addEventListener(type, (event) => hasFiles(event) && listener(event), { signal: ending.signal })
    hear('dragenter', () => move(depth + 1))
    hear('dragleave', () => move(depth - 1))
    // Else the browser would open the file in the page's place.
    hear('dragover', (event) => event.preventDefault())
    hear('drop', (event) => {
      event.preventDefault()
      move(0)
      onFiles([...(event.dataTransfer?.files ?? [])])
    })
    const paste = ({ clipboardData }: ClipboardEvent): void => {
      if (clipboardData && clipboardData.files.length > 0) onFiles([...clipboardData.files])
    }
    addEventListener('paste', paste, { signal: ending.signal })
    return () => ending.abort()
  }, [onFiles])

  return isOver
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}
