import type { Bits } from './bits.ts'

/** Sets of parts by dimension; those not named are whole. */
export type Sets = Readonly<Record<number, Bits>>

/** The first dimensions; then come condition keys, then open tests. */
export const ACTION = 0
export const RESOURCE = 1
export const PRINCIPAL = 2
export const FIRST_KEY = 3
