import { useMemo } from 'react'
import { encode } from 'uqr'
import './qr-code.css'

/** An address as a phone's camera reads it. */
export function QrCode({ text }: { text: string }) {
  const { path, size } = useMemo(() => drawn(text), [text])
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="The address as a QR code">
      <path d={path} />
    </svg>
  )
}

/** One path for all dark fields: each a square of one by one. */
function drawn(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { border: 2 })
  const fields = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
  return { path: fields.join(''), size }
}
