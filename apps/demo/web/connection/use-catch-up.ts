import type { StreamView } from '@telltale/react'
import { useEffect, useState } from 'react'
import { type CatchUp, nextCatchUp, steady } from './catch-up.ts'

/** How long it is told that something was caught up with, in milliseconds. */
const toldForMs = 10_000

/** Follows a stream through a broken line, and back. */
export function useCatchUp(view: StreamView): CatchUp {
  const [catchUp, setCatchUp] = useState(steady)
  useEffect(() => setCatchUp((before) => nextCatchUp(before, view)), [view])
  useEffect(() => {
    if (catchUp.phase !== 'caught-up') return
    const timer = setTimeout(() => setCatchUp(steady), toldForMs)
    return () => clearTimeout(timer)
  }, [catchUp])
  return catchUp
}
