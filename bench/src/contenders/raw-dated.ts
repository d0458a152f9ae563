import { updateOf } from '../update.ts'
import type { Contender } from './contender.ts'
import { rawHundred } from './raw-hundred.ts'
import { serveRaw } from './raw-socket-server.ts'

/** The mark as most write it: each update is given a `Date`, which `JSON.stringify` formats. */
export const rawDated: Contender = {
  serve: () =>
    serveRaw((drafts) => [
      Buffer.from(JSON.stringify(drafts.map((draft) => ({ ...updateOf(draft), timestamp: new Date() })))),
    ]),
  protocol: rawHundred.protocol,
}
