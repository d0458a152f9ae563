import type { Frame, PositionedFrame } from '@telltale/contract'

/**
 * Puts a frame at its position and freezes it. The position is also readable on the frame itself, for readers in this
 * process; it is not enumerable, so that no encoder writes it twice.
 */
export function placeFrame<TFrame extends Frame>(frame: TFrame, position: string): PositionedFrame<TFrame> {
  Object.defineProperty(frame, 'position', { value: position })
  return Object.freeze({ position, frame: Object.freeze(frame) })
}
