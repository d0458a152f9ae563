// First: what the components bring along goes before it.
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'

import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { settleAddress } from './address/address.ts'
import { Page } from './page.tsx'
import { queries } from './queries.ts'
import { SessionProvider } from './session/session-provider.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

settleAddress()

// A file that is dropped beside its place must not open in the page's stead.
for (const event of ['dragover', 'drop']) addEventListener(event, (dropped) => dropped.preventDefault())

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <SessionProvider>
        <Page />
      </SessionProvider>
    </QueryClientProvider>
  </StrictMode>,
)
