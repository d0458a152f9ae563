import { AsyncResource } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { status } from './ambient-status.ts'

export const queue = new EventEmitter<{ job: [name: string, done: () => void] }>()

// Began outside: every job runs where the queue says `job`, and that is in no conversation.
queue.on('job', (name, done) => {
  status.current().info(`Working on ${name}`)
  done()
})

export function enqueue(name: string): void {
  const span = status.current().startSpan({ category: 'workflow', name })
  // Its listeners run in this span.
  span.run(() => queue.emit('job', name, () => span.end()))
}

export function enqueueLater(name: string, whenIdle: (action: () => void) => void): void {
  // Goes along with the function, whoever calls it.
  whenIdle(AsyncResource.bind(() => enqueue(name)))
}
