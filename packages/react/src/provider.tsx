import type { TelltaleClient } from '@telltale/client'
import type { AnyContract } from '@telltale/contract/wire'
import { type Context, createElement, type ReactNode, useContext } from 'react'

/** What a provider takes. */
export interface TelltaleProviderProps<TContract extends AnyContract> {
  /** Made once, outside of components: it holds the connection. */
  readonly client: TelltaleClient<TContract>
  readonly children?: ReactNode
}

/** Builds the provider of a context. */
export function createProvider<TContract extends AnyContract>(context: Context<TelltaleClient<TContract> | null>) {
  return function TelltaleProvider({ client, children }: TelltaleProviderProps<TContract>): ReactNode {
    return createElement(context.Provider, { value: client }, children)
  }
}

/** The client of the nearest provider; throws outside of one. */
export function useClientOf<TContract extends AnyContract>(
  context: Context<TelltaleClient<TContract> | null>,
): TelltaleClient<TContract> {
  const client = useContext(context)
  if (!client) throw new Error('Telltale hooks must be used below a <TelltaleProvider client={…}>')
  return client
}
