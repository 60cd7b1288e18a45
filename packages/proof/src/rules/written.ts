import type { Path, Spot } from '../source/spot.ts'
import { member } from '../template/value.ts'
import type { Resource } from '../world/world.ts'

/** What stands at a place of a file, before parameters and functions. */
export function writtenAt({ file, path }: Spot): unknown {
  let found: unknown = file.value
  for (const key of path as Path) found = Array.isArray(found) ? found[Number(key)] : member(found, String(key))
  return found
}

/** A template makes it; a bucket may be in the world because of its policy alone, and then nothing else is known of it. */
export const isMade = (resource: Resource): boolean => member(writtenAt(resource.spot), 'Type') === resource.type
