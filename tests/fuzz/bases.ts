import type { Chance } from './chance.ts'
import { sendable, shaped } from './kinds/operations.ts'
import type { Parts } from './request.ts'
import type { Sdk } from './sdk.ts'
import type { World } from './world.ts'

/** Requests to be bent, some of each operation: bending is cheap, making them is not. */
export async function makeBases(sdk: Sdk, world: World, from: Chance, each: number): Promise<Parts[]> {
  const made: Parts[] = []
  for (const operation of sdk.operations.filter(({ has }) => has))
    for (let count = 0; count < each; count++) {
      const parts = await shaped(operation, from, world, sdk)
      if (parts !== undefined && sendable(parts)) made.push(parts)
    }
  return made
}
