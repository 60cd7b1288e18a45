import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { twin } from '../../twin.ts'

const account = '111111111111'
const state = mkdtempSync(join(tmpdir(), 'twin-bucket-'))
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

test('a bucket that could not be encrypted goes with its stack', async () => {
  await using it = Object.assign(await twin({ state }), {
    async [Symbol.asyncDispose]() {
      await it.close()
      rmSync(state, { recursive: true })
    },
  })
  const config = { endpoint: it.endpoint, region: 'us-east-1', credentials: it.operator(account) }
  const iam = new IAMClient(config)
  const RoleName = 'deployer'
  const trust = policy({ Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  const PolicyDocument = policy({ Action: ['s3:CreateBucket', 's3:DeleteBucket'], Resource: '*' })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }))
  const BucketEncryption = {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  }
  const Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'half-made', BucketEncryption } }
  const client = new CloudFormationClient(config)
  const StackName = 'half'
  const RoleARN = `arn:aws:iam::${account}:role/${RoleName}`
  await client.send(
    new CreateStackCommand({ StackName, RoleARN, TemplateBody: JSON.stringify({ Resources: { Bucket } }) }),
  )
  const status = async () => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus
  await expect.poll(status, { interval: 20, timeout: 5_000 }).not.toMatch(/_IN_PROGRESS$/)
  expect(await status()).toBe('ROLLBACK_COMPLETE')
  const denied = [...it.audit()].find(({ operation }) => operation === 'PutBucketEncryption')
  expect(denied?.outcome).toBe('AccessDenied')
  expect((await new S3Client(config).send(new ListBucketsCommand({}))).Buckets).toEqual([])
})
