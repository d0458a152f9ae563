import { type Update, updateOf } from '../update.ts'
import type { Contender } from './contender.ts'
import { nothingElse, serveRaw } from './raw-socket-server.ts'

/** The mark: what is said in one turn is one frame, encoded once. No resume, no filter, no limit, no backpressure. */
export const rawHundred: Contender = {
  serve: () => serveRaw((drafts) => [Buffer.from(JSON.stringify(drafts.map(updateOf)))]),
  protocol: {
    path: '/',
    hello: null,
    receive: nothingElse,
    parse: (text) => JSON.parse(text) as Update[],
  },
}
