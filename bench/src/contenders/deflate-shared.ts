import { updateOf } from '../update.ts'
import type { Contender, Served } from './contender.ts'
import { deflateTail, frameHead, openDeflating } from './deflated-frames.ts'
import { rawHundred } from './raw-hundred.ts'

async function serve(level: number): Promise<Served> {
  const { port, sockets } = await openDeflating()
  return {
    port,
    readers: () => sockets.size,
    say(drafts) {
      const payload = deflateTail(JSON.stringify(drafts.map(updateOf)), level)
      const frame = Buffer.concat([frameHead(payload.length), payload])
      for (const socket of sockets) socket.write(frame)
    },
  }
}

/** A trial: the mark's frame compressed once, and the same bytes written straight to every socket. */
export const deflateShared: Contender = {
  // The level that `ws` uses by itself.
  serve: () => serve(6),
  protocol: { ...rawHundred.protocol, deflates: true },
}

/** The same with the least work. */
export const deflateSharedFast: Contender = { ...deflateShared, serve: () => serve(1) }
