import type { TelltaleClient } from '@telltale/client'

/** Writes down what tools do, for as long as somebody wants to see it. */
export async function showTools(
  client: TelltaleClient,
  conversationId: string,
  write: (line: string) => void,
  until: Promise<void>,
): Promise<void> {
  const stream = client.status({ conversationId, categories: ['info', 'error'] })
  const wider = await stream.subscribeCategories(['tool'])
  const subscription = wider.subscribe({ update: ({ category, text }) => write(`${category}: ${text}`) })
  await until
  subscription.unsubscribe()
  await wider.unsubscribeCategories(['tool'])
}
