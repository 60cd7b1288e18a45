import type { Chance } from '../chance.ts'
import type { Parts } from '../request.ts'
import type { Sdk } from '../sdk.ts'
import type { World } from '../world.ts'

/** What a generator makes requests of. */
export interface Making {
  from: Chance
  world: World
  sdk: Sdk
  /** Requests as the SDK's clients write them, to be bent. */
  base(filter?: (parts: Parts) => boolean): Parts
}

/** One request, ready to be sent. */
export interface Made {
  bytes: Buffer
  /** Of a HEAD request the answer has no body. */
  head?: boolean
  /** It may not end where it says, or hold several: it gets a connection of its own, and any number of answers. */
  alone?: boolean
}

export interface Kind {
  /** Its share among all. */
  weight: number
  make(making: Making): Made | Promise<Made>
}
