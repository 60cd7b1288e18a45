import { isObject, member } from '../template/value.ts'
import type { Input, WorldOptions } from '../world/input.ts'
import { readWorld } from '../world/read-world.ts'
import type { Stack, World } from '../world/world.ts'
import { text } from './field.ts'
import { type Action, type Pipeline, pipelinesOf, setting } from './pipeline.ts'

/** A template of this world that an action of a pipeline deploys, and what the action says about it. */
export interface Deployed {
  readonly action: Action
  readonly stack: Stack
  /** of its parameters, those that the action gives */
  readonly parameters: Readonly<Record<string, string>>
}

/** `SourceArtifact::path/to/template.json` */
const templateFile = (action: Action): string | undefined => setting(action, 'TemplatePath')?.split('::').at(-1)

/** The stack of this world that an action deploys: of its name and account, or read from the file that its template path names. */
function deployedBy(action: Action, world: World): Deployed | undefined {
  if (action.provider !== 'CloudFormation') return undefined
  const name = setting(action, 'StackName')
  const file = templateFile(action)
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  const stack =
    world.stacks.find(each => each.name === name && each.account === action.account) ??
    world.stacks.find(each => file !== undefined && base(each.file.name) === base(file))
  return stack ? { action, stack, parameters: overridesOf(action) } : undefined
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html */
function overridesOf(action: Action): Readonly<Record<string, string>> {
  const given = member(action.configuration, 'ParameterOverrides')
  const parsed = typeof given === 'string' ? json(given) : given
  if (!isObject(parsed)) return {}
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => {
      const known = text(value)
      return known === undefined ? [] : [[name, known]]
    }),
  )
}

export function json(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}

export const deployments = (pipelines: readonly Pipeline[], world: World): Deployed[] =>
  pipelines.flatMap(pipeline => pipeline.actions.flatMap(action => deployedBy(action, world) ?? []))

/**
 * Templates that a pipeline deploys, where it deploys them: its action gives the account, the stack's name and parameters.
 * What the caller says of a template goes first.
 */
export function placedInputs(inputs: readonly Input[], options: WorldOptions = {}): Input[] {
  const world = readWorld(inputs, options)
  const deployed = deployments(pipelinesOf(world), world)
  return inputs.map(input => {
    const found = deployed.find(({ stack }) => stack.file.name === input.name)
    if (found === undefined) return input
    const { account, region } = found.action
    const stack = setting(found.action, 'StackName')
    return {
      ...(/^\d{12}$/.test(account) ? { account } : {}),
      region,
      ...(stack === undefined ? {} : { stack }),
      ...input,
      parameters: { ...found.parameters, ...input.parameters },
    }
  })
}
