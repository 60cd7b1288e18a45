import { createHash } from 'node:crypto'
import type { Cause } from '../../../engine/index.ts'
import type { Env, Principal, ResourceIo } from '../../../gate/index.ts'

export interface Place {
  account: string
  region: string
  stackName: string
  logicalId: string
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789'

/** Twelve characters that follow from the work's id: the same when a step is repeated, others for a replacement. */
const suffix = (seed: string) =>
  [...createHash('sha256').update(seed).digest().subarray(0, 12)].map(byte => alphabet[byte % alphabet.length]).join('')

/** `STACK-LOGICAL-XXXXXXXXXXXX`: what is too long loses the ends of the stack's and of the resource's name alike. */
function physicalName(stackName: string, logicalId: string, seed: string, max: number): string {
  const room = Math.max(0, max - 14)
  const forStack = Math.max(room - logicalId.length, Math.min(stackName.length, Math.floor(room / 2)))
  const stack = stackName.slice(0, forStack)
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix(seed)}`.slice(-Math.max(max, 1))
}

/** The calls of one resource's handler, as the stack's principal and on its behalf, each tokened by its place in their order. */
export function resourceIo(
  env: Env,
  place: Place,
  actor: Principal,
  work: { id: string; cause: Cause; token(label: string): string },
): ResourceIo & { leftover(): string | undefined; service(): string | undefined } {
  let calls = 0
  let service: string | undefined
  let leftover: string | undefined
  return {
    ...place,
    invoke(name, operation, input) {
      service = name
      return env.invoke(actor, name, operation, input, {
        cause: work.cause,
        region: place.region,
        account: place.account,
        via: ['cloudformation.amazonaws.com'],
        token: work.token(`${place.logicalId}/${++calls}/${name}:${operation}`),
      })
    },
    name: max => physicalName(place.stackName, place.logicalId, work.id, max),
    made(physicalId) {
      leftover = physicalId
    },
    leftover: () => leftover,
    service: () => service,
  }
}
