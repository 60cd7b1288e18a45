import type { World } from '../world/world.ts'
import { type Deployed, deployments } from './deployed.ts'
import { type Fn, functionsOf } from './function.ts'
import { type Machine, machinesOf } from './machine.ts'
import { type Action, type Pipeline, pipelinesOf } from './pipeline.ts'

/** What templates show of lines: their pipelines, and what these deploy, run and invoke. */
export interface Line {
  readonly world: World
  readonly pipelines: readonly Pipeline[]
  readonly deployed: readonly Deployed[]
  readonly machines: readonly Machine[]
  readonly functions: readonly Fn[]
}

const lines = new WeakMap<World, Line>()

export function lineOf(world: World): Line {
  const known = lines.get(world)
  if (known) return known
  const pipelines = pipelinesOf(world)
  const deployed = deployments(pipelines, world)
  const line = { world, pipelines, deployed, machines: machinesOf(world), functions: functionsOf(world) }
  lines.set(world, line)
  return line
}

/** The state machine that an action runs: by its ARN, or as the output of the stack that another action deploys. */
export function machineRun(action: Action, pipeline: Pipeline, { machines, deployed }: Line): Machine | undefined {
  if (action.provider !== 'StepFunctions') return undefined
  const arn = action.configuration.StateMachineArn
  if (typeof arn !== 'string') return undefined
  const [, namespace] = /^#\{([^.{}]{1,100})\.[^{}]{1,255}\}$/.exec(arn) ?? []
  if (namespace === undefined) return machines.find(machine => machine.arn === arn)
  const from = pipeline.actions.find(each => each.namespace === namespace)
  const stack = deployed.find(each => each.action === from)?.stack
  return machines.find(machine => machine.stack === stack?.name)
}
