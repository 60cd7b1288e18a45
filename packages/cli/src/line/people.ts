import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { type Definition, nameOfArn } from '@tripoint/pipeline'
import { type Connection, client } from '../cloud/cloud.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'

const isUser = (arn: string) => arn.includes(':user/')
const pathOf = (arn: string) => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)

async function exists(iam: IAMClient, arn: string): Promise<boolean> {
  const name = nameOfArn(arn)
  try {
    await (isUser(arn)
      ? iam.send(new GetUserCommand({ UserName: name }))
      : iam.send(new GetRoleCommand({ RoleName: name })))
    return true
  } catch (error) {
    if (/NoSuchEntity/.test((error as Error).name)) return false
    // Who may not look cannot be told beforehand.
    if (/AccessDenied/.test((error as Error).name)) return true
    throw error
  }
}

/** The base stack gives the people of the definition their rights, so they have to be there. Throws Failure naming those that are not. */
export async function checkPeople(
  definition: Definition,
  shared: Connection,
  { make, report }: { make: boolean; report: Report },
): Promise<void> {
  const iam = client(IAMClient, shared)
  const people = [...new Set(Object.values(definition.people).flat())]
  const missing: string[] = []
  for (const arn of people) {
    if (await exists(iam, arn)) continue
    if (make && isUser(arn)) {
      await iam.send(new CreateUserCommand({ UserName: nameOfArn(arn), Path: pathOf(arn) }))
      report({ type: 'note', text: `made ${arn}, who has no credentials yet` })
    } else missing.push(arn)
  }
  if (missing.length > 0)
    throw new Failure(
      `the definition's people are not there yet:\n${missing.map(arn => `  ${arn}`).join('\n')}`,
      missing.every(isUser)
        ? `make them: tripoint deploy --make-people (or aws iam create-user --user-name ${nameOfArn(missing[0] ?? '')}), or take them out of people`
        : 'make them, or take them out of people',
    )
}

/** Does something as an IAM user, with an access key that an administrator makes for this and takes away again. */
export async function asUser<T>(
  administrator: Connection,
  arn: string,
  work: (as: Connection) => Promise<T>,
): Promise<T> {
  const iam = client(IAMClient, administrator)
  const UserName = nameOfArn(arn)
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  try {
    return await work({ ...administrator, credentials: { accessKeyId, secretAccessKey } })
  } finally {
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }))
  }
}
