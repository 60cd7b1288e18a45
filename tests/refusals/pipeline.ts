import type { ActionDeclaration } from '@aws-sdk/client-codepipeline'
import { a, accountOf, b, policy, trust } from '../../packages/twin/src/gate/attack.fixture.ts'
import { zipOf } from '../../packages/twin/src/services/codepipeline/actions/archive.ts'
import { actionFailure } from './refusal.ts'
import { clientsOf, may, roleThat, service } from './stage.ts'

export const Bucket = 'artifacts'
const artifacts = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]

/** What pipelines have that can do everything: it takes away, who wants to see a failure. */
export const given = { key: '', serviceRole: '' }

/** The artifact bucket with a source, and the key, both open to B; the service role. */
export async function prepare(): Promise<void> {
  const { s3, kms } = clientsOf(a)
  await s3.createBucket({ Bucket })
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })
  const template = JSON.stringify({ Resources: { Role: { Type: 'AWS::IAM::Role' } } })
  await s3.putObject({ Bucket, Key: 'source.zip', Body: zipOf({ 'template.json': Buffer.from(template) }) })
  const others = { Principal: accountOf(b) }
  await s3.putBucketPolicy({ Bucket, Policy: policy({ ...may('s3:*', artifacts), ...others }) })
  const own = { ...may('kms:*'), Principal: accountOf(a) }
  const { KeyMetadata } = await kms.createKey({ Policy: policy(own, { ...may('kms:*'), ...others }) })
  given.key = KeyMetadata?.Arn ?? ''
  const everything = may(['s3:*', 'kms:*', 'sts:*', 'cloudformation:*', 'iam:*'])
  given.serviceRole = await roleThat(a, 'service', service('codepipeline'), everything)
}

export const type = (category: 'Source' | 'Deploy' | 'Invoke', provider: string) => ({
  category,
  owner: 'AWS' as const,
  provider,
  version: '1',
})

export const source: ActionDeclaration = {
  name: 'Source',
  actionTypeId: type('Source', 'S3'),
  configuration: { S3Bucket: Bucket, S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
  outputArtifacts: [{ name: 'code' }],
}

export interface Variant {
  from?: ActionDeclaration
  as?: string
  withoutKey?: boolean
}

export const pipeline = (
  name: string,
  action: ActionDeclaration,
  { from = source, as = given.serviceRole, withoutKey }: Variant = {},
) => ({
  name,
  roleArn: as,
  artifactStore: {
    type: 'S3' as const,
    location: Bucket,
    ...(withoutKey ? {} : { encryptionKey: { id: given.key, type: 'KMS' as const } }),
  },
  stages: [
    { name: 'Source', actions: [from] },
    { name: 'Work', actions: [action] },
  ],
})

/** Runs a new pipeline of the action to its end. */
export async function failureOf(name: string, action: ActionDeclaration, variant?: Variant) {
  const { codepipeline } = clientsOf(a)
  await codepipeline.createPipeline({ pipeline: pipeline(name, action, variant) })
  return actionFailure(clientsOf(a), name)
}

/** A role of B that actions may take. */
export const actionRole = (name: string, ...own: object[]) => roleThat(b, name, trust(accountOf(a)), ...own)
