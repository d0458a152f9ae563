import type { z } from 'zod'
import { jsonKinds, type KnownShape } from '../json-text.ts'
import { extraMetadata } from './categories.ts'

const shapes = new WeakMap<z.ZodType, { readonly shape: KnownShape | null }>()

/**
 * What can be said of a schema's metadata without asking it: where every key is a plain text, number or boolean, most
 * metadata is known to be right by looking at it once. `null` where the schema has to be asked.
 */
export function knownShapeOf(schema: z.ZodType): KnownShape | null {
  let known = shapes.get(schema)
  if (!known) {
    known = { shape: readShape(schema) }
    shapes.set(schema, known)
  }
  return known.shape
}

/** What zod tells library authors of a schema (zod 4, `_zod.def`). */
interface Definition {
  readonly type: string
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[]
  readonly shape?: { readonly [key: string]: z.ZodType }
  readonly catchall?: z.ZodType
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
}

interface CheckDefinition {
  readonly check: string
  readonly value?: unknown
  readonly inclusive?: unknown
}

/** What the definition of a plain schema may say; one that says anything else is asked, not guessed. */
const plainParts: { readonly [type: string]: readonly string[] } = {
  object: ['shape', 'catchall'],
  optional: ['innerType'],
  nullable: ['innerType'],
  union: ['options'],
  string: [],
  number: ['checks'],
  boolean: [],
  unknown: [],
}

/** The definition of a schema that is plain in itself; `null` of any other. */
function plainOf(schema: z.ZodType): Definition | null {
  // A schema of another zod has none.
  const def = (schema as Partial<z.ZodType>)._zod?.def as Definition | undefined
  const known = def && plainParts[def.type]
  if (!known) return null
  const isKnown = ([part, value]: [string, unknown]): boolean =>
    value === undefined || part === 'type' || part === 'error' || known.includes(part)
  return Object.entries(def).every(isKnown) ? def : null
}

function readShape(schema: z.ZodType): KnownShape | null {
  const def = plainOf(schema)
  if (def?.type !== 'object' || !def.shape) return null
  const kinds = new Map<string, number>()
  const required: string[] = []
  for (const [key, field] of Object.entries(def.shape)) {
    const inner = innerOf(field, 'optional')
    const own = readKinds(inner ?? field)
    kinds.set(key, own)
    // What is not known may put something in the place of what is absent.
    if (!inner || own === 0) required.push(key)
  }
  const { catchall } = def
  const isOpen = catchall !== undefined && (catchall === extraMetadata || plainOf(catchall)?.type === 'unknown')
  return { kinds, required, isOpen }
}

function innerOf(schema: z.ZodType, wrapper: string): z.ZodType | null {
  const def = plainOf(schema)
  return def?.type === wrapper ? (def.innerType ?? null) : null
}

function readKinds(schema: z.ZodType): number {
  const def = plainOf(schema)
  switch (def?.type) {
    case 'string':
      return jsonKinds.text
    case 'boolean':
      return jsonKinds.boolean
    case 'number':
      return readNumber(def.checks ?? [])
    case 'nullable': {
      const inner = def.innerType ? readKinds(def.innerType) : 0
      return inner === 0 ? 0 : inner | jsonKinds.none
    }
    case 'union': {
      const options = (def.options ?? []).map(readKinds)
      // One that is not known makes all unknown: which of them it would be is the schema's to say.
      return options.includes(0) ? 0 : options.reduce((all, own) => all | own, 0)
    }
    default:
      return 0
  }
}

function readNumber(checks: NonNullable<Definition['checks']>): number {
  if (checks.length === 0) return jsonKinds.number
  const [first] = checks
  if (checks.length > 1 || !first) return 0
  const { check, value, inclusive } = first._zod.def
  return check === 'greater_than' && value === 0 && inclusive === true ? jsonKinds.notNegative : 0
}
