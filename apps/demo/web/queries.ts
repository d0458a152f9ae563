import { QueryClient } from '@tanstack/react-query'
import { TelltaleError } from '@telltale/react'
import { ApiFailure } from './results/api-failure.ts'

/** The server may be on this very machine: whether the browser is online says nothing. */
const networkMode = 'always'

export const queries = new QueryClient({
  defaultOptions: {
    queries: { networkMode, refetchOnWindowFocus: false, retry: (failures, error) => failures < 3 && mayPass(error) },
    mutations: { networkMode },
  },
})

function mayPass(error: Error): boolean {
  if (TelltaleError.isInstance(error)) return error.retryable
  return !(error instanceof ApiFailure) || error.status >= 500
}
