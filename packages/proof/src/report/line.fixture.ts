import type { Access, Hop } from '@tripoint/pipeline'
import type { Place } from '../source/spot.ts'
import type { NeedVerdict, Quoted } from './report.ts'

// A line of three accounts as `check` would see it: who there is, and what each need finds.

export const A = '111111111111'
export const B = '222222222222'
export const C = '333333333333'
export const LABELS = { [A]: 'shared', [B]: 'training', [C]: 'production' } as Readonly<Record<string, string>>

export const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`
export const PIPELINE = role(A, 'churn-pipeline-us-east-1')
const REPORTER = role(A, 'churn-deploy-reporter-us-east-1')
export const STACK_ACTION = role(B, 'churn-train-stack-action-us-east-1')
export const TRAINING = role(B, 'churn-train-training-us-east-1')
const WORKFLOW = role(B, 'churn-train-workflow-us-east-1')
export const DEPLOYER = role(C, 'churn-deploy-deployer-us-east-1')
export const HOSTING = role(C, 'churn-deploy-hosting-us-east-1')
export const PUBLISHER = `arn:aws:iam::${A}:user/publisher`
export const BUCKET = `arn:aws:s3:::churn-${A}-us-east-1`
export const KEY = `arn:aws:kms:us-east-1:${A}:key/0a1b2c3d-0000-4000-8000-00000000c4e9`
const LINE = `arn:aws:codepipeline:us-east-1:${A}:churn`
export const REPOSITORY = `arn:aws:codecommit:us-east-1:${A}:churn`
export const MACHINE = `arn:aws:states:us-east-1:${B}:stateMachine:churn-train`
export const DEPLOY_FUNCTION = `arn:aws:lambda:us-east-1:${C}:function:churn-deploy`
const ENDPOINT = `arn:aws:sagemaker:us-east-1:${C}:endpoint/churn`

export const accountOf = (arn: string) => arn.split(':')[4] || A
export const nameIn = (arn: string) => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)

export const FILES: Readonly<Record<string, string>> = {
  [A]: 'tripoint.out/churn-base.template.json',
  [B]: 'tripoint.out/churn-training.template.json',
  [C]: 'tripoint.out/churn-production.template.json',
}

export const place = (account: string, line: number, path: string): Place => ({
  file: FILES[account] ?? 'other.yaml',
  line,
  column: 13,
  path,
})

export const quoted = (
  side: Quoted['side'],
  owner: string,
  index: number,
  statement: object,
  sid?: string,
): Quoted => ({
  side,
  owner,
  policy: side === 'identity' ? `policy “line” of ${nameIn(owner)}` : `${side} policy of ${nameIn(owner)}`,
  index,
  ...(sid === undefined ? {} : { sid }),
  text: JSON.stringify({ ...(sid === undefined ? {} : { Sid: sid }), ...statement }),
  place: place(accountOf(owner), 20 + 17 * index, `Resources.X.Properties.PolicyDocument.Statement.${index}`),
})

export const allow = (action: string, resource: string) => ({ Effect: 'Allow', Action: action, Resource: resource })

export const allowFrom = (who: string, action: string) => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${accountOf(who)}:root` },
  Action: action,
  Resource: '*',
  Condition: { ArnEquals: { 'aws:PrincipalArn': who } },
})

type Row = readonly [hop: Hop, step: string, who: string, action: string, what: string, side?: Quoted['side']]

const ROWS: readonly Row[] = [
  ['trigger', 'Trigger', 'events.amazonaws.com', 'sts:AssumeRole', role(A, 'churn-trigger-us-east-1'), 'trust'],
  ['trigger', 'Trigger', role(A, 'churn-trigger-us-east-1'), 'codepipeline:StartPipelineExecution', LINE],
  ['source', 'Source/Source', 'codepipeline.amazonaws.com', 'sts:AssumeRole', PIPELINE, 'trust'],
  ['source', 'Source/Source', PIPELINE, 'codecommit:GetBranch', REPOSITORY],
  ['source', 'Source/Source', PIPELINE, 'codecommit:UploadArchive', REPOSITORY],
  ['source', 'Source/Source', PIPELINE, 's3:PutObject', `${BUCKET}/churn/*`],
  ['source', 'Source/Source', PIPELINE, 'kms:GenerateDataKey', KEY, 'key'],
  ['workflow', 'Train/DeployWorkflow', PIPELINE, 'sts:AssumeRole', STACK_ACTION, 'trust'],
  ['workflow', 'Train/DeployWorkflow', STACK_ACTION, 's3:GetObject', `${BUCKET}/churn/*`, 'resource'],
  ['workflow', 'Train/DeployWorkflow', STACK_ACTION, 'kms:Decrypt', KEY, 'key'],
  ['train', 'Train/RunWorkflow', 'states.amazonaws.com', 'sts:AssumeRole', WORKFLOW, 'trust'],
  ['train', 'Train/RunWorkflow', STACK_ACTION, 'states:StartExecution', MACHINE],
  ['train', 'Train/RunWorkflow', WORKFLOW, 'iam:PassRole', TRAINING],
  ['train', 'Train/RunWorkflow', TRAINING, 's3:GetObject', `${BUCKET}/data/*`, 'resource'],
  ['train', 'Train/RunWorkflow', TRAINING, 'kms:Decrypt', KEY, 'key'],
  ['deploy', 'Deploy/DeployEndpoint', 'lambda.amazonaws.com', 'sts:AssumeRole', DEPLOYER, 'trust'],
  ['deploy', 'Deploy/DeployEndpoint', DEPLOYER, 'sagemaker:CreateEndpoint', ENDPOINT],
  ['deploy', 'Deploy/DeployEndpoint', DEPLOYER, 'sagemaker:UpdateEndpoint', ENDPOINT],
  ['deploy', 'Deploy/DeployEndpoint', DEPLOYER, 'iam:PassRole', HOSTING],
  ['deploy', 'Deploy/DeployEndpoint', DEPLOYER, 'sts:AssumeRole', REPORTER, 'trust'],
  ['deploy', 'Deploy/DeployEndpoint', HOSTING, 's3:GetObject', `${BUCKET}/models/churn-train-*`, 'resource'],
  ['deploy', 'Deploy/DeployEndpoint', HOSTING, 'kms:Decrypt', KEY, 'key'],
  ['people', 'people', PUBLISHER, 's3:PutObject', `${BUCKET}/data/*`],
]

export const ownerOf = (what: string) => (what.startsWith(BUCKET) ? BUCKET : what)

function need([hop, step, who, action, what, side]: Row, at: number): NeedVerdict {
  const service = !who.startsWith('arn:')
  const access: Access = {
    id: `${step}/${nameIn(who)}/${action}/${nameIn(what)}`,
    hop,
    step,
    principal: service
      ? { kind: 'service', name: who, account: accountOf(what) }
      : { kind: who === PUBLISHER ? 'user' : 'role', arn: who, account: accountOf(who) },
    action,
    resource: what,
    account: accountOf(what),
    ...(service ? { conditions: { StringEquals: { 'aws:SourceAccount': accountOf(what) } } } : {}),
    sides: service
      ? ['trust']
      : side === 'key' || side === 'resource' || side === 'trust'
        ? ['identity', side]
        : ['identity'],
    absence: { does: 'stops-at', step, error: action },
    because: `${step} needs it`,
    page: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html',
  }
  const statements = [
    ...(service ? [] : [quoted('identity', who, at % 5, allow(action, what))]),
    ...(side === undefined
      ? []
      : [
          quoted(
            side,
            ownerOf(what),
            at % 7,
            service ? { Effect: 'Allow', Principal: { Service: who }, Action: action } : allowFrom(who, action),
          ),
        ]),
  ]
  return { access, verdict: 'allowed', statements, missing: [] }
}

export const NEEDS = ROWS.map(need)
