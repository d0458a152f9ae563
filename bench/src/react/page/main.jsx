import { createRoot } from 'react-dom/client'
import { ByHandPage } from './by-hand-page.jsx'
import { Gauge } from './gauge.ts'
import { TelltalePage } from './telltale-page.jsx'

window.gauge = new Gauge()

// No strict mode: the page is built for production, where that does nothing.
const Page = location.hash === '#by-hand' ? ByHandPage : TelltalePage
createRoot(document.getElementById('root')).render(<Page origin={location.origin.replace('http', 'ws')} />)
