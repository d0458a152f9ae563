import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyContract, isPlainObject, TelltaleError } from '@telltale/contract'

/**
 * Imports a module and takes the contract it exports, as `default` or as `contract`. TypeScript works where Node strips
 * types. Throws `INVALID_OPTION` when there is no such file, when it does not load, or holds no contract.
 */
export async function loadContract(file: string): Promise<AnyContract> {
  const path = resolve(file)
  if (!existsSync(path)) throw new TelltaleError('INVALID_OPTION', `no such file: ${file}`)
  const contract = findContract(await importModule(path, file))
  if (contract) return contract
  const cure = "export what defineContract returned, as default or as 'contract'"
  throw new TelltaleError('INVALID_OPTION', `${file} holds no contract: ${cure}`)
}

/** The contract among a module's exports; `null` when there is none. */
export function findContract(module: Readonly<Record<string, unknown>>): AnyContract | null {
  return [module['default'], module['contract']].find(isContract) ?? null
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new TelltaleError('INVALID_OPTION', `${file} does not load: ${reason}`, { cause: error })
  }
}

/** By its shape: the file may have a copy of `@telltale/contract` of its own. */
function isContract(value: unknown): value is AnyContract {
  if (!isPlainObject(value)) return false
  const { categories, names } = value
  if (!isPlainObject(categories) || !Array.isArray(names) || names.length === 0) return false
  return names.every((name) => typeof name === 'string' && isSchema(categories[name]))
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'safeParse' in value && typeof value.safeParse === 'function'
}
