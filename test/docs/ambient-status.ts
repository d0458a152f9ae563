import { createTelltale } from '@telltale/server'

export const telltale = createTelltale()
export const { status } = telltale
