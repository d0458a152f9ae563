import { status } from './ambient-status.ts'

export async function send(conversationId: string, mail: string, isApproved: Promise<boolean>): Promise<void> {
  using span = status.startSpan({ conversationId, category: 'tool', name: 'Send the mail' })
  span.waiting({ for: 'user approval' })
  if (!(await isApproved)) return span.cancel('not approved')
  await deliver(mail).catch((error: unknown) => {
    span.retrying({ attempt: 2, of: 2, delayMs: 0, error })
    return deliver(mail)
  })
  span.end('Sent')
}

async function deliver(mail: string): Promise<void> {
  if (!mail.includes('@')) throw new Error('nobody to send it to')
}
