import { networkInterfaces } from 'node:os'
import closeWithGrace from 'close-with-grace'
import { openDemo } from './demo.ts'
import { networkOrigin } from './network.ts'
import { servePage } from './page.ts'
import { readSettings } from './settings.ts'

try {
  await start()
} catch (error) {
  console.error(`The demo did not start: ${reasonOf(error)}`)
  process.exit(1)
}

async function start(): Promise<void> {
  const { pageDir, ...settings } = readSettings(process.env)
  const { host } = settings
  const demo = await openDemo({ ...settings, page: servePage(pageDir) })

  closeWithGrace({ delay: 10_000 }, async ({ err }) => {
    if (err) console.error(err)
    await demo[Symbol.asyncDispose]()
  })

  // Last: whoever waits for this line may connect, and stop us, at once.
  const isHere = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host)
  console.log(`http://${isHere ? 'localhost' : host}:${demo.port}`)
  const network = networkOrigin(host, demo.port, networkInterfaces())
  if (network) console.log(`${network} in this network, for everybody in it`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  return code === 'EADDRINUSE' ? `port ${port} is in use, set PORT to another` : error.message
}
