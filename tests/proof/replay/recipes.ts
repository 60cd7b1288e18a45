import type { Recipe } from './call.ts'
import { DELIVERY } from './line-calls.ts'
import { MODELS } from './model-calls.ts'
import { STORAGE } from './storage-calls.ts'

/** One real call for each action: refused by its policies, or let through to whatever comes after them. */
export const RECIPES: Readonly<Record<string, Recipe>> = { ...STORAGE, ...DELIVERY, ...MODELS }
