import { TelltaleError, useTelltaleClient } from '@telltale/react'
import { useEffect, useRef, useState } from 'react'
import { researchWorkflow } from './workflow.ts'

/** Plays a workflow into a conversation, and stops when it fails, when it is told to, or when nobody shows it. */
export function useWorkflow(conversationId: string) {
  const client = useTelltaleClient()
  const [isPlaying, setPlaying] = useState(false)
  const [error, setError] = useState<TelltaleError | null>(null)
  const playing = useRef<AbortController | null>(null)

  useEffect(() => () => playing.current?.abort(), [])

  async function play(): Promise<void> {
    const ending = new AbortController()
    const { signal } = ending
    playing.current = ending
    setPlaying(true)
    setError(null)
    try {
      for (const { afterMs, update } of researchWorkflow(conversationId)) {
        await pause(afterMs, signal)
        if (signal.aborted) return
        await client.publish(update)
      }
    } catch (failure) {
      if (TelltaleError.isInstance(failure)) setError(failure)
      else throw failure
    } finally {
      setPlaying(false)
    }
  }

  return { isPlaying, error, play, stop: () => playing.current?.abort() }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
