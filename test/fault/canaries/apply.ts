// To be loaded before anything else, with `--import`: puts the canary named by `CANARY` into the code, for this process only.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { canaries } from './all.ts'

const name = process.env['CANARY']
const canary = canaries.find((one) => one.name === name)
if (name !== undefined && !canary) throw new Error(`there is no canary named ${name}`)

if (canary) {
  const url = new URL(`../../../${canary.file}`, import.meta.url).href
  registerHooks({
    load(loaded, context, nextLoad) {
      if (loaded !== url) return nextLoad(loaded, context)
      const source = readFileSync(fileURLToPath(url), 'utf8')
      if (source.split(canary.from).length !== 2) throw new Error(`${canary.file} has not one place for ${canary.name}`)
      return { format: 'module-typescript', source: source.replace(canary.from, () => canary.to), shortCircuit: true }
    },
  })
}
