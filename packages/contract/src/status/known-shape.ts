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
    known = { shape: readShape(defOf(schema)) }
    shapes.set(schema, known)
  }
  return known.shape
}

/** What zod tells library authors of a schema (zod 4, `_zod.def`); of each kind other properties are there. */
interface Definition {
  readonly type: string
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[] | undefined
  readonly format?: unknown
  readonly coerce?: unknown
  readonly shape?: { readonly [key: string]: z.ZodType }
  readonly catchall?: z.ZodType | undefined
  readonly innerType?: z.ZodType
  readonly options?: readonly z.ZodType[]
}

interface CheckDefinition {
  readonly check: string
  readonly value?: unknown
  readonly inclusive?: unknown
}

function defOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition
}

function readShape({ type, checks, shape, catchall }: Definition): KnownShape | null {
  if (type !== 'object' || !shape || (checks && checks.length > 0)) return null
  const kinds = new Map<string, number>()
  const required: string[] = []
  for (const [key, field] of Object.entries(shape)) {
    const { kinds: own, isOptional } = readField(defOf(field))
    kinds.set(key, own)
    if (!isOptional) required.push(key)
  }
  const isOpen = catchall !== undefined && (catchall === extraMetadata || defOf(catchall).type === 'unknown')
  return { kinds, required, isOpen }
}

function readField(def: Definition): { kinds: number; isOptional: boolean } {
  if (def.type !== 'optional' || !def.innerType) return { kinds: readKinds(def), isOptional: false }
  const kinds = readKinds(defOf(def.innerType))
  // What is not known may put something in the place of what is absent.
  return { kinds, isOptional: kinds !== 0 }
}

function readKinds({ type, checks = [], format, coerce, innerType, options }: Definition): number {
  if (coerce || format !== undefined) return 0
  if (type === 'nullable' && innerType) return withNull(readKinds(defOf(innerType)))
  if (type === 'union' && options) return anyOf(options.map((option) => readKinds(defOf(option))))
  if (type === 'number' && checks.length === 1 && checks[0]) {
    const { check, value, inclusive } = checks[0]._zod.def
    return check === 'greater_than' && value === 0 && inclusive === true ? jsonKinds.notNegative : 0
  }
  if (checks.length > 0) return 0
  if (type === 'string') return jsonKinds.text
  if (type === 'number') return jsonKinds.number
  return type === 'boolean' ? jsonKinds.boolean : 0
}

function withNull(kinds: number): number {
  return kinds === 0 ? 0 : kinds | jsonKinds.none
}

/** One that is not known makes all unknown: which of them it would be is the schema's to say. */
function anyOf(kinds: readonly number[]): number {
  return kinds.includes(0) ? 0 : kinds.reduce((all, own) => all | own, 0)
}
