import { below, type Spot } from '../source/spot.ts'
import { isObject, member } from '../template/value.ts'
import type { Resource, World } from '../world/world.ts'
import { text } from './field.ts'
import { type Action, setting } from './pipeline.ts'
import { callsIn } from './sdk-call.ts'

/** A Lambda function, with what its inline code calls. */
export interface Fn {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly role: string
  readonly runtime: string
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  /** undefined: its code lies elsewhere, and nothing is known of it */
  readonly code?: string
  /** IAM actions of the calls that the code makes */
  readonly calls: ReadonlySet<string>
  readonly spot: Spot
}

export const functionsOf = (world: World): Fn[] =>
  world.resources.filter(resource => resource.type === 'AWS::Lambda::Function').map(read)

function read({ logicalId, name, arn, account, region, properties, spot }: Resource): Fn {
  const code = text(member(properties.Code, 'ZipFile'))
  const variables = member(properties.Environment, 'Variables')
  return {
    logicalId,
    name,
    arn,
    account,
    region,
    role: text(properties.Role) ?? '',
    runtime: text(properties.Runtime) ?? '',
    handler: text(properties.Handler) ?? '',
    environment: isObject(variables)
      ? Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, text(value) ?? '']))
      : {},
    ...(code === undefined ? {} : { code }),
    calls: code === undefined ? new Set() : callsIn(code),
    spot: below(spot, 'Properties'),
  }
}

/** The function that an action invokes: by name, or by ARN. */
export function invokedBy(action: Action, functions: readonly Fn[]): Fn | undefined {
  const named = setting(action, 'FunctionName')
  if (action.provider !== 'Lambda' || named === undefined) return undefined
  const name = named.startsWith('arn:') ? named.split(':')[6] : named.split(':')[0]
  return functions.find(fn => fn.name === name && fn.account === action.account)
}
