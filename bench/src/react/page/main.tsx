import { createRoot } from 'react-dom/client'
import { ByHandPage } from './by-hand-page.tsx'
import { Gauge } from './gauge.ts'
import { TelltalePage } from './telltale-page.tsx'

window.gauge = new Gauge()

// No strict mode: the page is built for production, where that does nothing.
const Page = location.hash === '#by-hand' ? ByHandPage : TelltalePage
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(<Page origin={location.origin.replace('http', 'ws')} />)
