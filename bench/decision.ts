import { type AccessRequest, decide, type Policy, parsePolicy } from '@tripoint/iam'
import type { Row } from './row.ts'

const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
})

const document = (...Statement: object[]) => parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }))

const key = 'arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555'
const role = 'arn:aws:iam::222222222222:role/training'
const viaS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }

const identity: Policy[] = [
  {
    kind: 'identity',
    name: 'work',
    document: document(
      allow(['s3:GetObject', 's3:GetObjectVersion'], 'arn:aws:s3:::data/train/*'),
      allow('s3:PutObject', 'arn:aws:s3:::data/models/*'),
      allow('s3:ListBucket', 'arn:aws:s3:::data', { StringLike: { 's3:prefix': ['train/*', 'models/*'] } }),
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'arn:aws:logs:us-east-1:222222222222:log-group:/aws/*'),
      allow('cloudwatch:PutMetricData', '*', { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker' } }),
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], key, viaS3),
    ),
  },
]

const named = (arn: string) => ({ Principal: { AWS: '*' }, Condition: { ArnEquals: { 'aws:PrincipalArn': arn } } })

const keyPolicy: Policy = {
  kind: 'resource',
  name: 'key policy',
  document: document(
    { ...allow('kms:*', '*'), Principal: { AWS: 'arn:aws:iam::111111111111:root' } },
    ...['pipeline', 'cloudformation', 'training', 'deployer'].map(name => ({
      ...allow(['kms:Decrypt', 'kms:GenerateDataKey'], '*'),
      ...named(`arn:aws:iam::222222222222:role/${name}`),
    })),
  ),
}

/** Across accounts, with conditions on both sides: what a training job asks for each object it reads. */
const request: AccessRequest = {
  requester: {
    type: 'assumed-role',
    arn: 'arn:aws:sts::222222222222:assumed-role/training/job',
    account: '222222222222',
    roleArn: role,
    uniqueId: 'AROAAAAAAAAAAAAAAAAAA:job',
  },
  action: 'kms:Decrypt',
  resource: key,
  resourceAccount: '111111111111',
  context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'aws:SecureTransport': 'true' },
  identity,
  resourcePolicy: keyPolicy,
  resourceRule: 'key',
}

const many = 20_000
const rounds = 5

export function decisionRow(): Row {
  if (!decide(request).allowed) throw new Error('the decision should be to allow')
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    for (let made = 0; made < many; made++) decide(request)
    best = Math.min(best, ((performance.now() - began) * 1000) / many)
  }
  return {
    measure: 'a decision, across accounts',
    ours: best,
    unit: 'µs',
    target: { of: 'value', most: 10 },
  }
}
