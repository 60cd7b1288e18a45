import type { Target } from '@aws-sdk/client-eventbridge'
import { isAwsError, notImplemented } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

const known = ['Name', 'EventPattern', 'State', 'Description', 'Targets', 'EventBusName', 'RoleArn', 'Tags']

interface RuleProperties {
  Name?: string
  EventPattern?: unknown
  State?: 'ENABLED' | 'DISABLED'
  Description?: string
  Targets?: Target[]
  EventBusName?: string
  RoleArn?: string
  Tags?: { Key: string; Value: string }[]
}

const read = (properties: Properties): RuleProperties => {
  const other = Object.keys(properties).find(name => !known.includes(name))
  if (other !== undefined) throw notImplemented(`AWS::Events::Rule ${other}`)
  return properties as RuleProperties
}

const bus = ({ EventBusName }: RuleProperties) => (EventBusName === undefined ? {} : { EventBusName })

async function put(
  name: string,
  properties: RuleProperties,
  previous: RuleProperties,
  io: ResourceIo,
): Promise<Resource> {
  const { EventPattern, State, Description, RoleArn, Tags, Targets = [] } = properties
  const { RuleArn } = await io.invoke('events', 'PutRule', {
    Name: name,
    ...bus(properties),
    ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
    ...(State === undefined ? {} : { State }),
    ...(Description === undefined ? {} : { Description }),
    ...(RoleArn === undefined ? {} : { RoleArn }),
    ...(Tags === undefined ? {} : { Tags }),
  })
  // A rule that was there before is not the update's to delete: only a creation's rollback asks.
  io.made(physicalId(name, properties))
  const gone = (previous.Targets ?? [])
    .filter(({ Id }) => !Targets.some(target => target.Id === Id))
    .map(({ Id = '' }) => Id)
  if (gone.length > 0) await io.invoke('events', 'RemoveTargets', { Rule: name, Ids: gone, ...bus(properties) })
  if (Targets.length > 0) await io.invoke('events', 'PutTargets', { Rule: name, Targets, ...bus(properties) })
  return { physicalId: physicalId(name, properties), attributes: { Arn: RuleArn } }
}

/** Of a rule on another bus it is `BUS|NAME`. */
const physicalId = (name: string, { EventBusName }: RuleProperties) =>
  EventBusName === undefined || EventBusName === 'default' ? name : `${EventBusName}|${name}`
const nameOf = (id: string) => id.split('|').at(-1) ?? id

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-events-rule.html */
export const ruleType: ResourceType = {
  type: 'AWS::Events::Rule',
  create(properties, io) {
    const wanted = read(properties)
    return put(wanted.Name ?? io.name(64), wanted, {}, io)
  },
  update: (id, properties, previous, io) => put(nameOf(id), read(properties), read(previous), io),
  async delete(id, properties, io) {
    const old = properties as RuleProperties
    const Ids = (old.Targets ?? []).map(({ Id = '' }) => Id)
    try {
      if (Ids.length > 0) await io.invoke('events', 'RemoveTargets', { Rule: nameOf(id), Ids, ...bus(old) })
    } catch (error) {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error
    }
    await io.invoke('events', 'DeleteRule', { Name: nameOf(id), ...bus(old) })
  },
}
