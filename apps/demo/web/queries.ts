import { QueryClient } from '@tanstack/react-query'
import { TelltaleError } from '@telltale/react'

/** The server may be on this very machine: whether the browser is online says nothing. */
const networkMode = 'always'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 3 && TelltaleError.isInstance(error) && error.retryable,
    },
    mutations: { networkMode },
  },
})
