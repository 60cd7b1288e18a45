import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { type Definition, nameOfArn } from '@tripoint/pipeline'
import { type Connection, type Credentials, client } from '../cloud/cloud.ts'
import { remembered, type Workplace } from './workplace.ts'

/** Makes the IAM users that the definition names, which the base stack then gives their rights; their keys by ARN. */
export async function people(
  definition: Definition,
  shared: Connection,
  place: Workplace,
): Promise<Record<string, Credentials>> {
  const memory = remembered<Record<string, Credentials>>(place, 'people')
  const known = memory.read()
  if (known !== undefined) return known
  const iam = client(IAMClient, shared)
  const keys: Record<string, Credentials> = {}
  for (const arn of new Set(Object.values(definition.people).flat())) {
    if (!arn.includes(':user/')) continue
    const UserName = nameOfArn(arn)
    await iam.send(new CreateUserCommand({ UserName })).catch(error => {
      if (error.name !== 'EntityAlreadyExistsException' && error.name !== 'EntityAlreadyExists') throw error
    })
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    keys[arn] = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  }
  return memory.write(keys)
}
