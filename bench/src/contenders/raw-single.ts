import { type Update, updateOf } from '../update.ts'
import type { Contender } from './contender.ts'
import { nothingElse, serveRaw } from './raw-socket-server.ts'

/** What one writes first: each update is encoded once and sent to everybody in a frame of its own. */
export const rawSingle: Contender = {
  serve: () => serveRaw((drafts) => drafts.map((draft) => Buffer.from(JSON.stringify(updateOf(draft))))),
  protocol: {
    path: '/',
    hello: null,
    receive: nothingElse,
    parse: (text) => [JSON.parse(text) as Update],
  },
}
