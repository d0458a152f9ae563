import type { TelltaleClient } from '@telltale/client'

/** Writes every update into the app's own list, and where some are missing, that they are. */
export async function follow(client: TelltaleClient, conversationId: string, write: (line: string) => void) {
  for await (const event of client.status({ conversationId })) {
    if (event.type === 'update') write(event.update.text)
    else write(`${event.missed ?? 'some'} missed (${event.reason}); it is now: ${event.snapshot?.latest.info?.text}`)
  }
}
