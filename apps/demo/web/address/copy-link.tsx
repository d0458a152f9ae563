import { useEffect, useState } from 'react'

const labels = { ready: 'Copy link', copied: 'Copied', failed: 'Not allowed' }

/** Copies an address. Where the browser forbids it, as on a page without TLS, it says so. */
export function CopyLink({ address }: { address: string }) {
  const [state, setState] = useState<keyof typeof labels>('ready')

  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), 2_000)
    return () => clearTimeout(timer)
  }, [state])

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(address)
      setState('copied')
    } catch {
      setState('failed')
    }
  }

  return (
    <button type="button" className="quiet" onClick={() => void copy()}>
      <span aria-live="polite">{labels[state]}</span>
    </button>
  )
}
