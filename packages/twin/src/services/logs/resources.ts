import { type Honoured, isAwsError, notImplemented, refuseOthers } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

const honoured: Honoured = { LogGroupName: true, RetentionInDays: true, Tags: true, LogGroupClass: ['STANDARD'] }

const retention = (properties: Properties) =>
  properties.RetentionInDays === undefined ? undefined : Number(properties.RetentionInDays)

const resource = (name: string, io: ResourceIo): Resource => ({
  physicalId: name,
  attributes: { Arn: `arn:aws:logs:${io.region}:${io.account}:log-group:${name}:*` },
})

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
const logGroup: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  async create(properties, io) {
    refuseOthers(properties, honoured, 'AWS::Logs::LogGroup')
    const logGroupName = properties.LogGroupName === undefined ? io.name(512) : String(properties.LogGroupName)
    const tags = (properties.Tags ?? []) as { Key: string; Value: string }[]
    await io.invoke('logs', 'CreateLogGroup', {
      logGroupName,
      ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
    })
    io.made(logGroupName)
    const retentionInDays = retention(properties)
    if (retentionInDays !== undefined) await io.invoke('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays })
    return resource(logGroupName, io)
  },
  async update(logGroupName, properties, previous, io) {
    refuseOthers(properties, honoured, 'AWS::Logs::LogGroup')
    if (JSON.stringify(properties.Tags) !== JSON.stringify(previous.Tags))
      throw notImplemented('changing the tags of AWS::Logs::LogGroup')
    const retentionInDays = retention(properties)
    if (retentionInDays !== undefined && retentionInDays !== retention(previous)) {
      await io.invoke('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays })
    }
    if (retentionInDays === undefined && retention(previous) !== undefined) {
      await io.invoke('logs', 'DeleteRetentionPolicy', { logGroupName })
    }
    return resource(logGroupName, io)
  },
  async delete(logGroupName, _properties, io) {
    try {
      await io.invoke('logs', 'DeleteLogGroup', { logGroupName })
    } catch (error) {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error
    }
  },
}

export const logsResourceTypes: ResourceType[] = [logGroup]
