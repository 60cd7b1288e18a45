import { isAwsError, notImplemented } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'

const known = ['RepositoryName', 'RepositoryDescription', 'Tags']

const read = (properties: Properties) => {
  const other = Object.keys(properties).find(name => !known.includes(name))
  if (other !== undefined) throw notImplemented(`AWS::CodeCommit::Repository ${other}`)
  const tags = (properties.Tags ?? []) as { Key: string; Value: string }[]
  return {
    name: String(properties.RepositoryName ?? ''),
    description: properties.RepositoryDescription === undefined ? undefined : String(properties.RepositoryDescription),
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
  }
}

const resourceOf = async (name: string, io: ResourceIo): Promise<Resource> => {
  const { repositoryMetadata: found } = await io.invoke('codecommit', 'GetRepository', { repositoryName: name })
  return {
    physicalId: found?.repositoryId ?? '',
    attributes: { Arn: found?.Arn, Name: name, CloneUrlHttp: found?.cloneUrlHttp, CloneUrlSsh: found?.cloneUrlSsh },
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codecommit-repository.html */
export const repositoryType: ResourceType = {
  type: 'AWS::CodeCommit::Repository',
  async create(properties, io) {
    const { name, description, tags } = read(properties)
    const { repositoryMetadata: made } = await io.invoke('codecommit', 'CreateRepository', {
      repositoryName: name,
      ...(description === undefined ? {} : { repositoryDescription: description }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    })
    io.made(made?.repositoryId ?? '')
    return resourceOf(name, io)
  },
  async update(_physicalId, properties, previous, io) {
    const [now, before] = [read(properties), read(previous)]
    if (now.name !== before.name) {
      await io.invoke('codecommit', 'UpdateRepositoryName', { oldName: before.name, newName: now.name })
    }
    if (now.description !== before.description) {
      const repositoryDescription = now.description ?? ''
      await io.invoke('codecommit', 'UpdateRepositoryDescription', { repositoryName: now.name, repositoryDescription })
    }
    const resource = await resourceOf(now.name, io)
    const resourceArn = String(resource.attributes.Arn)
    const gone = Object.keys(before.tags).filter(key => !(key in now.tags))
    if (gone.length > 0) await io.invoke('codecommit', 'UntagResource', { resourceArn, tagKeys: gone })
    const changed = Object.entries(now.tags).filter(([key, value]) => before.tags[key] !== value)
    if (changed.length > 0)
      await io.invoke('codecommit', 'TagResource', { resourceArn, tags: Object.fromEntries(changed) })
    return resource
  },
  async delete(_physicalId, properties, io) {
    try {
      await io.invoke('codecommit', 'DeleteRepository', { repositoryName: read(properties).name })
    } catch (error) {
      if (!isAwsError(error, 'RepositoryDoesNotExistException')) throw error
    }
  },
}
