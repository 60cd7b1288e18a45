import type { Chance } from '../chance.ts'
import { type Keys, type Parts, signed } from '../request.ts'
import type { Sdk, SdkOperation } from '../sdk.ts'
import { valueFor } from '../shapes.ts'
import type { World } from '../world.ts'
import type { Kind, Made, Making } from './kind.ts'

/** What would take the world away, or shut it, or wait for somebody, is asked of names that nobody has. */
const blind =
  /^(Delete|Disable|Schedule|Remove(?!Permission)|Terminate|Deregister|Detach|Revoke|Retire|Abort|Stop|Complete|PutBucketPolicy|PutKeyPolicy|PutPublicAccessBlock|PutBucketEncryption|PutBucketVersioning|Update(?!FunctionConfiguration)|GetActivityTask|SetDefault|UpdateAssumeRolePolicy|PutRolePolicy|PutRolePermissionsBoundary|Invoke|CreateTrainingJob|CreateEndpoint|PutRetention|AttachRolePolicy)/

/** A request of the operation's own shape: what the SDK's client would send. */
export async function shaped(
  operation: SdkOperation,
  from: Chance,
  world: World,
  { words }: Sdk,
  inherited = false,
): Promise<Parts | undefined> {
  const known = !blind.test(operation.name) || from.once(operation.service === 'states' ? 4 : 40)
  const input = valueFor(operation.input, '', {
    from,
    world,
    words,
    known: known && operation.name !== 'GetActivityTask',
    inherited,
  })
  try {
    return await operation.write(input as object)
  } catch {
    // The client refuses it: an empty label, a header that no header can hold.
    return undefined
  }
}

const make = async ({ from, world, sdk }: Making) => {
  const own = sdk.operations.filter(({ has }) => has)
  for (;;) {
    const operation = from.once(20) ? from.pick(sdk.operations) : from.pick(own)
    const parts = await shaped(operation, from, world, sdk)
    if (parts === undefined || !sendable(parts)) continue
    const keys = from.once(10) ? world.stranger : from.once(8) ? world.session : world.administrator
    return { bytes: signed(parts, keys), head: parts.method === 'HEAD' }
  }
}

const carried = /^[\t -~]*$/

/** A header or a target that HTTP cannot carry is a case of `messages`. */
export const sendable = ({ target, headers }: Parts): boolean =>
  /^[!-~]+$/.test(target) && Object.values(headers).every(value => carried.test(value))

/** How often each operation that the twin has is asked, with names that every object of the language has. */
const rounds = 4

/** Every operation that the SDK knows, as an administrator and as a stranger. */
export async function* everyOperation(sdk: Sdk, world: World, from: Chance): AsyncGenerator<Made> {
  const made = (parts: Parts | undefined, keys: Keys) =>
    parts !== undefined && sendable(parts) ? [{ bytes: signed(parts, keys), head: parts.method === 'HEAD' }] : []
  for (const operation of sdk.operations) {
    yield* made(await shaped(operation, from, world, sdk), world.administrator)
    yield* made(await shaped(operation, from, world, sdk), world.stranger)
    for (let round = 0; operation.has && round < rounds; round++)
      yield* made(await shaped(operation, from, world, sdk, true), world.administrator)
  }
}

export const operations: Record<string, Kind> = { 'shapes of the SDK': { weight: 11, make } }
