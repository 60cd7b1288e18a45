import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from '@aws-sdk/client-codepipeline'
import { notImplemented } from '../../../engine/index.ts'
import { kindOf } from '../actions/kinds.ts'
import { invalidAction, invalidStage, invalidStructure, validation } from '../model/errors.ts'
import { actionsOf } from '../model/pipeline.ts'

// https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html

const pipelineMembers = [
  'name',
  'roleArn',
  'artifactStore',
  'artifactStores',
  'stages',
  'version',
  'executionMode',
  'pipelineType',
  'variables',
]
const stageMembers = ['name', 'actions']
const actionMembers = [
  'name',
  'actionTypeId',
  'runOrder',
  'configuration',
  'outputArtifacts',
  'inputArtifacts',
  'roleArn',
  'region',
  'namespace',
  'timeoutInMinutes',
]

function only(value: object, members: readonly string[], where: string): void {
  const other = Object.entries(value).find(
    ([name, inner]) => !members.includes(name) && inner !== undefined && !(Array.isArray(inner) && inner.length === 0),
  )
  if (other !== undefined) throw notImplemented(`codepipeline ${where} with ${other[0]}`)
}

const nameRule = /^[A-Za-z0-9.@\-_]{1,100}$/

function named(name: string | undefined, where: string): string {
  if (name !== undefined && nameRule.test(name)) return name
  throw validation(
    `1 validation error detected: Value '${name ?? ''}' at '${where}' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+',
  )
}

const twice = (names: string[]) => names.find((name, at) => names.indexOf(name) !== at)

/** Throws what AWS answers first: the structure, then each action. Roles are tried afterwards. */
export function checkDeclaration(pipeline: PipelineDeclaration, region: string): void {
  only(pipeline, pipelineMembers, 'pipeline')
  named(pipeline.name, 'pipeline.name')
  const { stages = [], executionMode = 'SUPERSEDED', artifactStore, artifactStores } = pipeline
  if (executionMode !== 'SUPERSEDED') throw notImplemented(`codepipeline executionMode ${executionMode}`)
  if ((artifactStore === undefined) === (artifactStores === undefined)) {
    throw invalidStructure('Pipeline must specify exactly one of artifactStore and artifactStores')
  }
  if (artifactStores !== undefined && artifactStores[region] === undefined) {
    throw invalidStructure(`Pipeline must have an artifact store in its own region ${region}`)
  }
  if (stages.length < 2)
    throw invalidStructure(`Pipeline has ${stages.length} stage(s). It must have at least 2 stages`)
  const stageTwice = twice(stages.map(({ name = '' }) => name))
  if (stageTwice !== undefined) throw invalidStructure(`Stage name ${stageTwice} is not unique in the pipeline`)
  for (const [index, stage] of stages.entries()) checkStage(stage, index, region)
  checkArtifacts(stages)
  const namespaces = stages.flatMap(stage =>
    actionsOf(stage).flatMap(action => (action.namespace === undefined ? [] : [{ stage, action }])),
  )
  const namespaceTwice = twice(namespaces.map(({ action }) => action.namespace ?? ''))
  if (namespaceTwice !== undefined) {
    const where = namespaces
      .filter(({ action }) => action.namespace === namespaceTwice)
      .map(
        ({ stage, action }) => `StageName=[${stage.name}], ActionName=[${action.name}], Namespace=[${namespaceTwice}]`,
      )
    throw invalidAction(
      `Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline. ${where.join(' ')}`,
    )
  }
}

function checkStage(stage: StageDeclaration, index: number, region: string): void {
  only(stage, stageMembers, 'stage')
  const where = `pipeline.stages.${index + 1}.member`
  named(stage.name, `${where}.name`)
  const actions = actionsOf(stage)
  if (actions.length === 0) throw invalidStage(`Stage ${stage.name} has no actions`)
  const actionTwice = twice(actions.map(({ name = '' }) => name))
  if (actionTwice !== undefined) throw invalidStage(`Action name ${actionTwice} is not unique in stage ${stage.name}`)
  actions.forEach((action, at) => {
    named(action.name, `${where}.actions.${at + 1}.member.name`)
    checkAction(action, region)
    const source = action.actionTypeId?.category === 'Source'
    if (source === index > 0) {
      throw invalidStructure(
        source
          ? `Stage ${stage.name} contains the source action ${action.name}: source actions must be in the first stage`
          : `The first stage ${stage.name} must contain only source actions, but ${action.name} is none`,
      )
    }
  })
}

function checkAction(action: ActionDeclaration, region: string): void {
  only(action, actionMembers, 'action')
  const { name = '', actionTypeId: type, configuration = {}, inputArtifacts = [], outputArtifacts = [] } = action
  const kind = kindOf(type)
  if (kind === undefined) {
    throw notImplemented(`codepipeline action type ${type?.category}/${type?.owner}/${type?.provider}/${type?.version}`)
  }
  if (action.region !== undefined && action.region !== region)
    throw notImplemented(`codepipeline action in another region (${action.region})`)
  const counts = [
    ['input', inputArtifacts.length, kind.inputs],
    ['output', outputArtifacts.length, kind.outputs],
  ] as const
  for (const [what, count, [least, most]] of counts) {
    if (count < least)
      throw invalidAction(
        `Action ${name} declares ${count} ${what} artifacts which is less than the minimum count (${least})`,
      )
    if (count > most)
      throw invalidAction(
        `Action ${name} declares ${count} ${what} artifacts which is more than the maximum count (${most})`,
      )
  }
  const unknown = Object.keys(configuration).find(key => !kind.required.includes(key) && !kind.optional.includes(key))
  if (unknown !== undefined)
    throw invalidAction(`Action configuration for action '${name}' contains unknown configuration '${unknown}'`)
  const missing = kind.required.find(key => !configuration[key])
  if (missing !== undefined)
    throw invalidAction(`Action configuration for action '${name}' is missing required configuration '${missing}'`)
  const long = Object.entries(configuration).find(
    ([, value]) => value.length > (type?.provider === 'CloudFormation' ? 50_000 : 1000),
  )
  if (long !== undefined)
    throw invalidAction(`Action configuration '${long[0]}' of action '${name}' is longer than 1000 characters`)
  kind.check?.(configuration, name)
}

/** An input is the output of an action that ran before: of an earlier stage, or an earlier run order. */
function checkArtifacts(stages: StageDeclaration[]): void {
  const made: string[] = []
  for (const stage of stages) {
    const actions = [...actionsOf(stage)].sort((a, b) => (a.runOrder ?? 1) - (b.runOrder ?? 1))
    for (const order of new Set(actions.map(({ runOrder = 1 }) => runOrder))) {
      const group = actions.filter(({ runOrder = 1 }) => runOrder === order)
      for (const action of group) {
        const lost = (action.inputArtifacts ?? []).find(({ name = '' }) => !made.includes(name))
        if (lost !== undefined) {
          throw invalidStructure(
            `Input Artifact Bundle ${lost.name} in action ${action.name} is declared 0 times as Output Artifact Bundle`,
          )
        }
      }
      for (const action of group) {
        for (const { name = '' } of action.outputArtifacts ?? []) {
          if (made.includes(name))
            throw invalidStructure(
              `Output Artifact Bundle name must be unique within the pipeline. ${name} is used more than once`,
            )
          made.push(name)
        }
      }
    }
  }
}
