import { accessList, bucketGuards, type Definition, KEY_ADMINISTRATION, namesOf } from '@tripoint/pipeline'
import type { World } from '../world/world.ts'
import type { Needs } from './need.ts'

/** The access list, with the key that the templates make in place of "a key of the account". */
export function needsOf(definition: Definition, world: World): Needs {
  const names = namesOf(definition)
  const keyArn = keyIn(world, names.account, names.stacks.base) ?? names.keyArn
  const exact = { ...names, keyArn }
  return {
    from: 'definition',
    list: accessList(definition).map(access => ({
      access: access.resource === names.keyArn ? { ...access, resource: keyArn } : access,
    })),
    guards: bucketGuards(exact),
    administration: [{ owner: keyArn, account: names.account, actions: KEY_ADMINISTRATION }],
  }
}

function keyIn(world: World, account: string, stack: string): string | undefined {
  const keys = world.resources.filter(resource => resource.type === 'AWS::KMS::Key' && resource.account === account)
  return (keys.find(key => key.stack === stack) ?? keys[0])?.arn
}
