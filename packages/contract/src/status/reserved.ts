/** Names of the status API's own methods, which no category can have. */
export const reservedNames = [
  'update',
  'in',
  'run',
  'current',
  'span',
  'startSpan',
  'bulkUpdate',
  'maybeUpdate',
  'withTiming',
  'progressPercentage',
  'conversationId',
  'dispose',
  'then',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'toJSON',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
] as const

/** A name no category can have. */
export type ReservedName = (typeof reservedNames)[number]

/** Whether a name is one of {@link reservedNames}. */
export function isReservedName(name: string): name is ReservedName {
  return (reservedNames as readonly string[]).includes(name)
}
