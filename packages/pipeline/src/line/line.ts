import type { Access } from '../access/access.ts'
import { assumes, servicePrincipal } from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { Definition } from '../definition/schema.ts'
import { sourceAccesses, sourceAction } from '../kinds/codecommit.ts'
import type { Line, OwnedResource, OwnedRole, PipelineAction } from '../kinds/kind.ts'
import { kindOf } from '../kinds/kinds.ts'
import { peopleAccesses } from '../kinds/people.ts'
import { triggerAccesses, triggerRules } from '../kinds/trigger.ts'
import { type Names, namesOf } from '../names/names.ts'

/** The access list: everything that the line needs, and nothing else. */
export function accessList(definition: Definition): Access[] {
  const line = lineOf(definition)
  return [
    ...triggerAccesses(line),
    ...pipelineTrust(line.names),
    ...sourceAccesses(line.names),
    ...definition.stages.flatMap(stage => kindOf(stage).accesses(stage, line)),
    ...peopleAccesses(line),
  ]
}

export interface PipelineStage {
  readonly name: string
  readonly actions: readonly PipelineAction[]
}

export function pipelineStages(definition: Definition): PipelineStage[] {
  const line = lineOf(definition)
  return [
    { name: 'Source', actions: [sourceAction(line)] },
    ...definition.stages.map(stage => ({ name: stage.name, actions: kindOf(stage).actions(stage, line) })),
  ]
}

export function ownedRoles(definition: Definition): OwnedRole[] {
  const line = lineOf(definition)
  const { account, pipelineRole, triggerRole, stacks } = line.names
  return [
    {
      logicalId: 'PipelineRole',
      role: pipelineRole,
      account,
      stack: stacks.base,
      description: 'CodePipeline runs the line with it',
    },
    {
      logicalId: 'TriggerRole',
      role: triggerRole,
      account,
      stack: stacks.base,
      description: 'EventBridge starts the line with it',
    },
    ...definition.stages.flatMap(stage => kindOf(stage).roles(stage, line)),
  ]
}

export function ownedResources(definition: Definition): OwnedResource[] {
  const line = lineOf(definition)
  return [...triggerRules(line), ...definition.stages.flatMap(stage => kindOf(stage).resources(stage, line))]
}

const lineOf = (definition: Definition): Line => ({ definition, names: namesOf(definition) })

/** CodePipeline puts its service role on. */
export const pipelineTrust = (
  names: Pick<Names, 'account' | 'pipelineArn' | 'pipelineRole'>,
  step = 'Source/Source',
): Access[] =>
  assumes(
    {
      stage: 'source',
      who: 'codepipeline',
      hop: 'source',
      step,
      principal: servicePrincipal('codepipeline.amazonaws.com', names.account),
    },
    names.pipelineRole,
    names.account,
    {
      because: 'CodePipeline runs the line with its service role',
      page: PAGES.pipelineRole,
      conditions: {
        StringEquals: { 'aws:SourceAccount': names.account },
        ArnLike: { 'aws:SourceArn': names.pipelineArn },
      },
    },
  )
