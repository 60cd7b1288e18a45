import { type Honoured, isAwsError, refuseOthers } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

const honoured: Honoured = {
  DefinitionString: true,
  Definition: true,
  DefinitionSubstitutions: true,
  RoleArn: true,
  StateMachineName: true,
  StateMachineType: true,
  Tags: true,
  TracingConfiguration: true,
}

/** `${name}` of DefinitionSubstitutions is replaced in the text, numbers and lists as their JSON. */
function definitionOf(properties: Properties): string {
  const { DefinitionString: text, Definition: value, DefinitionSubstitutions: substitutions = {} } = properties
  const template = text === undefined ? JSON.stringify(value) : String(text)
  return template.replace(/\$\{([\w]+)\}/g, (whole, name: string) => {
    const found = (substitutions as Record<string, unknown>)[name]
    if (found === undefined) return whole
    return typeof found === 'string'
      ? text === undefined
        ? JSON.stringify(found).slice(1, -1)
        : found
      : JSON.stringify(found)
  })
}

const tagsOf = (properties: Properties) =>
  ((properties.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => ({
    key: Key,
    value: String(Value),
  }))

const tracing = (properties: Properties) =>
  properties.TracingConfiguration === undefined
    ? {}
    : {
        tracingConfiguration: {
          enabled: String((properties.TracingConfiguration as { Enabled?: unknown }).Enabled) === 'true',
        },
      }

async function described(stateMachineArn: string, io: ResourceIo): Promise<Resource> {
  const { name, revisionId } = await io.invoke('states', 'DescribeStateMachine', { stateMachineArn })
  return {
    physicalId: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: name, StateMachineRevisionId: revisionId ?? 'INITIAL' },
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
export const stateMachineResource: ResourceType = {
  type: 'AWS::StepFunctions::StateMachine',
  async create(properties, io) {
    refuseOthers(properties, honoured, 'AWS::StepFunctions::StateMachine')
    const tags = tagsOf(properties)
    const { stateMachineArn = '' } = await io.invoke('states', 'CreateStateMachine', {
      name: properties.StateMachineName === undefined ? io.name(80) : String(properties.StateMachineName),
      definition: definitionOf(properties),
      roleArn: String(properties.RoleArn),
      type: (properties.StateMachineType as 'STANDARD' | undefined) ?? 'STANDARD',
      ...tracing(properties),
      ...(tags.length === 0 ? {} : { tags }),
    })
    io.made(stateMachineArn)
    return described(stateMachineArn, io)
  },
  async update(stateMachineArn, properties, previous, io) {
    refuseOthers(properties, honoured, 'AWS::StepFunctions::StateMachine')
    await io.invoke('states', 'UpdateStateMachine', {
      stateMachineArn,
      definition: definitionOf(properties),
      roleArn: String(properties.RoleArn),
      ...tracing(properties),
    })
    await updateTags(stateMachineArn, properties, previous, io)
    return described(stateMachineArn, io)
  },
  async delete(stateMachineArn, _properties, io) {
    await io.invoke('states', 'DeleteStateMachine', { stateMachineArn })
    try {
      await io.invoke('states', 'DescribeStateMachine', { stateMachineArn })
    } catch (error) {
      if (!isAwsError(error, 'StateMachineDoesNotExist')) throw error
    }
  },
}

async function updateTags(
  resourceArn: string,
  properties: Properties,
  previous: Properties,
  io: ResourceIo,
): Promise<void> {
  const [after, before] = [tagsOf(properties), tagsOf(previous)]
  const gone = before.filter(({ key }) => !after.some(tag => tag.key === key)).map(({ key }) => key)
  const changed = after.filter(({ key, value }) => !before.some(tag => tag.key === key && tag.value === value))
  if (gone.length > 0) await io.invoke('states', 'UntagResource', { resourceArn, tagKeys: gone })
  if (changed.length > 0) await io.invoke('states', 'TagResource', { resourceArn, tags: changed })
}
