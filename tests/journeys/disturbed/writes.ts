import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CodeCommitClient, CreateCommitCommand, GetBranchCommand } from '@aws-sdk/client-codecommit'
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { type DeployNames, namesOf } from '@tripoint/pipeline'
import definition from '../../../examples/churn/tripoint.config.ts'
import { cloudOf } from '../../../packages/cli/src/cloud/accounts.ts'
import type { Connection } from '../../../packages/cli/src/cloud/cloud.ts'
import { git } from '../../../packages/cli/src/cloud/git.ts'
import { people } from '../../../packages/cli/src/demo/people.ts'
import type { Workplace } from '../../../packages/cli/src/demo/workplace.ts'
import { zip } from '../../../packages/twin/src/services/lambda/lambda.fixture.ts'
import { once } from './call.ts'

export interface Write {
  what: string
  /** Asks once. */
  write(): Promise<unknown>
  /** Is anything of it there? */
  seen(): Promise<boolean>
  /** Where the line would stumble over it. */
  forget?(): Promise<unknown>
}

const bulk = 3_000_000

/** Each way in which a client's bytes come to lie on the disk. */
export async function writes(place: Workplace, endpointUrl: string): Promise<Write[]> {
  const names = namesOf(definition)
  const { account } = cloudOf(definition, { state: place.state, endpointUrl })
  const shared = account('shared')
  const keys = await people(definition, shared, place)
  const publisher: Connection = {
    ...shared,
    credentials: keys[definition.people.publishers[0] ?? ''] ?? shared.credentials,
  }
  const codecommit = once(CodeCommitClient, shared)
  const lambda = once(LambdaClient, account('production'))
  const s3 = once(S3Client, shared)
  const large = { Bucket: names.bucket, Key: 'data/large.bin' }
  // Another branch than the line's, which none of this starts.
  const branch = { repositoryName: definition.source.repository, branchName: 'large' }
  const role = (names.stages.Deploy as DeployNames).deployerRole.arn
  const exists = (call: Promise<unknown>) =>
    call.then(
      () => true,
      () => false,
    )
  return [
    {
      what: 'a large object',
      write: () => once(S3Client, publisher).send(new PutObjectCommand({ ...large, Body: randomBytes(bulk) })),
      seen: async () => {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: large.Bucket, Prefix: large.Key }))
        return Contents.length > 0
      },
      forget: () => s3.send(new DeleteObjectCommand(large)),
    },
    {
      what: 'a large function',
      write: () =>
        lambda.send(
          new CreateFunctionCommand({
            FunctionName: 'large',
            Runtime: 'nodejs24.x',
            Handler: 'index.handler',
            Role: role,
            Code: {
              ZipFile: zip({ 'index.js': 'exports.handler = 1', 'bulk.txt': randomBytes(bulk).toString('hex') }),
            },
          }),
        ),
      seen: () => exists(lambda.send(new GetFunctionCommand({ FunctionName: 'large' }))),
    },
    {
      what: 'a commit by the API',
      write: async () =>
        codecommit.send(
          new CreateCommitCommand({
            ...branch,
            putFiles: [{ filePath: 'bulk.bin', fileContent: randomBytes(bulk) }],
          }),
        ),
      seen: () => exists(codecommit.send(new GetBranchCommand(branch))),
    },
  ]
}

/** A push of a large file with git, as its user makes it. */
export function largePush(
  { project }: Workplace,
  connection: Connection,
): { commit(): Promise<void>; push(): Promise<string> } {
  const credentials = connection.credentials as Exclude<Connection['credentials'], () => unknown>
  const url = `${connection.endpoint}/v1/repos/${definition.source.repository}`
  return {
    async commit() {
      await git(project, ['fetch', '--quiet', url, 'main'], { credentials, region: connection.region })
      await git(project, ['reset', '--quiet', '--hard', 'FETCH_HEAD'])
      writeFileSync(join(project, 'pushed.bin'), randomBytes(bulk))
      await git(project, ['add', 'pushed.bin'])
      await git(project, ['commit', '--quiet', '-m', 'Large'])
    },
    push: () => git(project, ['push', url, 'HEAD:refs/heads/pushed'], { credentials, region: connection.region }),
  }
}

export interface SmallWrites {
  /** So many, one after the other. */
  write(count: number): Promise<void>
  /** Those that were acknowledged and are not there, and those that are there and were not. */
  astray(): Promise<{ lost: string[]; unasked: string[] }>
}

/** Records of the database. */
export function smallWrites(connection: Connection): SmallWrites {
  const iam = once(IAMClient, connection)
  const made: string[] = []
  let number = 0
  return {
    async write(count) {
      for (let left = count; left > 0; left--) {
        const UserName = `small-${number++}`
        await iam.send(new CreateUserCommand({ UserName }))
        made.push(UserName)
      }
    },
    async astray() {
      const { Users = [] } = await iam.send(new ListUsersCommand({ MaxItems: 1000 }))
      const there = Users.map(({ UserName = '' }) => UserName).filter(name => name.startsWith('small-'))
      return { lost: made.filter(name => !there.includes(name)), unasked: there.filter(name => !made.includes(name)) }
    },
  }
}
