import './ribbon.css'

const wave = 'c20-7 40 7 60 0s40-7 60 0 40 7 60 0 40-7 60 0 40 7 60 0 40-7 60 0 40 7 60 0 40-7 60 0'

/** Two telltales: they stream while there is wind, and lie still while there is none. */
export function Ribbon({ isMoving }: { isMoving: boolean }) {
  return (
    <svg className="ribbon" data-moving={isMoving} viewBox="0 0 360 40" preserveAspectRatio="none" aria-hidden="true">
      <path className="ribbon-port" d={`M0 14${wave}`} />
      <path className="ribbon-starboard" d={`M0 27${wave}`} />
    </svg>
  )
}
