import { expect, it, vi } from 'vitest'
import { createRefresher } from './refresher.ts'

it('asks once more when it was wanted while an answer was on its way, and never twice at a time', async () => {
  const answers: Array<() => void> = []
  const refresh = createRefresher(() => new Promise<void>((resolve) => answers.push(resolve)))
  refresh()
  refresh()
  refresh()
  expect(answers).toHaveLength(1)
  answers[0]?.()
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.()
  await Promise.resolve()
  expect(answers).toHaveLength(2)
})

it('goes on after an answer that failed', async () => {
  const asked = vi.fn(() => Promise.reject(new Error('away')))
  const refresh = createRefresher(asked)
  refresh()
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1))
  await vi.waitFor(() => {
    refresh()
    expect(asked.mock.calls.length).toBeGreaterThan(1)
  })
})
