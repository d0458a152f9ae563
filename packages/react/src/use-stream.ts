import type { StatusRequest, StatusStream, TelltaleClient } from '@telltale/client'
import type { AnyContract, CategoryOf } from '@telltale/contract/wire'
import { useRef } from 'react'

/**
 * The stream of a request, the same one for as long as a component asks for the same: also when its categories were changed
 * meanwhile, and somebody who asks only now would get another.
 */
export function useStream<TContract extends AnyContract, TCategory extends CategoryOf<TContract>>(
  client: TelltaleClient<TContract>,
  request: StatusRequest<TCategory>,
): StatusStream<TContract, TCategory> {
  const held = useRef<{ client: unknown; name: string; stream: StatusStream<TContract, TCategory> } | null>(null)
  const name = JSON.stringify(request)
  if (held.current?.client !== client || held.current.name !== name) {
    held.current = { client, name, stream: client.status(request) }
  }
  return held.current.stream
}
