import gifenc from 'gifenc'
import { PNG } from 'pngjs'

/** One picture of a clip. */
export interface ClipFrame {
  readonly png: Buffer
  /** How long it is shown, in milliseconds. */
  readonly durationMs: number
}

/** One colour is kept for "as it was before". */
const colours = 255

/** Puts pictures of one size into an animated GIF. Pixels that do not change are left out, which makes it small. */
export function encodeGif(frames: readonly ClipFrame[]): Uint8Array {
  const pictures = frames.map(({ png }) => PNG.sync.read(png))
  const [first] = pictures
  if (!first) throw new Error('a clip needs a picture')
  const palette = paletteOf(pictures)
  const unchanged = palette.length
  const encoder = gifenc.GIFEncoder()
  let before: Uint8Array | null = null
  for (const [index, { data, width, height }] of pictures.entries()) {
    const pixels = gifenc.applyPalette(data, palette)
    const shown = before ? pixels.map((colour, place) => (colour === before?.[place] ? unchanged : colour)) : pixels
    before = pixels
    encoder.writeFrame(shown, width, height, {
      ...(index === 0 && { palette: [...palette, [0, 0, 0]] }),
      delay: frames[index]?.durationMs ?? 100,
      transparent: index > 0,
      transparentIndex: unchanged,
      dispose: 1,
    })
  }
  encoder.finish()
  return encoder.bytes()
}

/** The colours of some pictures from all over the clip: one palette for all, so that nothing flickers. */
function paletteOf(pictures: readonly PNG[]): number[][] {
  const step = Math.max(1, Math.floor(pictures.length / 6))
  const samples = pictures.filter((_, index) => index % step === 0)
  return gifenc.quantize(Buffer.concat(samples.map(({ data }) => data)), colours)
}
