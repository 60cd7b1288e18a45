import { describe, expect, test } from 'vitest'
import { A, B, C, need, needsOf, type ResourceInput, type RoleInput, worldOf } from '../reach/world.fixture.ts'
import { EDITED } from './edits.ts'
import { escalation } from './escalation.ts'
import { IAM_EDITS } from './iam-edits.ts'
import { RECEIVERS } from './passes.ts'

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` })
const assumedBy = (principal: object, more: object = {}) => [
  { Principal: principal, Action: 'sts:AssumeRole', ...more },
]
const assumes = (resource: string) => ({ Action: 'sts:AssumeRole', Resource: resource })

/** Somebody of production has got hold of a role of training: what then? */
const intruder: RoleInput = { account: C, name: 'intruder', identity: [assumes(role(B, 'holder'))] }
const holder = (...identity: object[]): RoleInput => ({
  account: B,
  name: 'holder',
  trust: assumedBy({ AWS: role(C, 'intruder') }),
  identity: identity as RoleInput['identity'] & {},
})
const target = (service: string, condition: object = {}): RoleInput => ({
  account: B,
  name: 'target',
  trust: assumedBy({ Service: service }, condition),
})

const lastSteps = (roles: readonly RoleInput[], others: readonly ResourceInput[] = []) =>
  escalation(worldOf([intruder, ...roles], others), needsOf())
    .filter(({ from }) => from === role(C, 'intruder'))
    .map(({ to, steps, undecided }) => `${steps.at(-1)!.by} → ${to}${undecided === undefined ? '' : ' (perhaps)'}`)

const allow = (...actions: string[]) => ({ Action: actions, Resource: '*' })
const to = (name: string) => role(B, name)
const administrator = `an administrator of ${B} (training)`

describe('each technique', () => {
  const passes = Object.entries(RECEIVERS).flatMap(([service, receiver]) =>
    receiver.ways.map(way => ({ service, by: `pass-role-to-${receiver.name}`, way })),
  )
  test.each(passes)('$by with $way', ({ service, by, way }) => {
    const all = ['iam:PassRole', ...way]
    expect(lastSteps([holder(allow(...all)), target(service)])).toContain(`${by} → ${to('target')}`)
    for (const missing of all) {
      const rest = all.filter(action => action !== missing)
      expect(lastSteps([holder(allow(...rest)), target(service)])).not.toContain(`${by} → ${to('target')}`)
    }
    expect(lastSteps([holder(allow(...all)), target('other.amazonaws.com')])).not.toContain(`${by} → ${to('target')}`)
  })

  const edits = EDITED.flatMap(edited => edited.ways.map(way => ({ by: edited.name, edited, way })))
  test.each(edits)('$by with $way', ({ by, edited, way }) => {
    const name = edited.service.split('.')[0]!
    const arn = `arn:aws:${name}:us-east-1:${B}:thing/x`
    const properties = edited.role.reduceRight<unknown>((value, key) => ({ [key]: value }), to('target')) as object
    const host = { type: edited.type, account: B, arn, properties: properties as Record<string, unknown> }
    const roles = (...actions: string[]) => [holder({ Action: actions, Resource: arn }), target(edited.service)]
    expect(lastSteps(roles(...way), [host])).toContain(`${by} → ${to('target')}`)
    for (const missing of way)
      expect(lastSteps(roles(...way.filter(action => action !== missing), 'x:Y'), [host])).not.toContain(
        `${by} → ${to('target')}`,
      )
    const perhaps = edited.elsewhere ? [`${by} → ${to('target')} (perhaps)`] : []
    expect(lastSteps(roles(...way)).filter(each => each.startsWith(by))).toEqual(perhaps)
  })

  test.each(IAM_EDITS)('$name', ({ name, actions, target: kind, gives }) => {
    const victim: RoleInput = { account: B, name: 'target', kind: kind === 'user' ? 'user' : 'role' }
    const arn = `arn:aws:iam::${B}:${kind}/target`
    const found = lastSteps([holder({ Action: actions, Resource: arn }), victim])
    expect(found).toContain(gives === 'target' ? `${name} → ${arn}` : `${name} → ${administrator}`)
    expect(lastSteps([holder({ Action: actions, Resource: `arn:aws:iam::${A}:${kind}/target` }), victim])).toEqual([
      `assume-role → ${to('holder')}`,
    ])
  })
})

interface Case {
  readonly name: string
  readonly roles: readonly RoleInput[]
  readonly others?: readonly ResourceInput[]
  /** every path, as its steps */
  readonly paths: readonly string[]
}

const key = (policy: ResourceInput['policy'] & {}): ResourceInput => ({
  type: 'AWS::KMS::Key',
  account: A,
  arn: `arn:aws:kms:us-east-1:${A}:key/k`,
  rule: 'key',
  policy,
})
const bucket = (policy?: ResourceInput['policy']): ResourceInput => ({
  type: 'AWS::S3::Bucket',
  account: A,
  arn: 'arn:aws:s3:::code',
  ...(policy ? { policy } : {}),
})
const pipeline: ResourceInput = {
  type: 'AWS::CodePipeline::Pipeline',
  account: A,
  arn: `arn:aws:codepipeline:us-east-1:${A}:line`,
  properties: {
    RoleArn: role(A, 'pipeline'),
    ArtifactStore: { Type: 'S3', Location: 'code' },
    Stages: [
      {
        Actions: [
          { ActionTypeId: { Category: 'Source', Provider: 'CodeCommit' }, Configuration: { RepositoryName: 'line' } },
        ],
      },
      {
        Actions: [
          {
            ActionTypeId: { Category: 'Deploy', Provider: 'CloudFormation' },
            Configuration: { RoleArn: role(B, 'stack'), StackName: 'workflow' },
          },
        ],
      },
    ],
  },
}
const repository: ResourceInput = {
  type: 'AWS::CodeCommit::Repository',
  account: A,
  arn: `arn:aws:codecommit:us-east-1:${A}:line`,
}

const cases: readonly Case[] = [
  {
    name: 'a trust of one role and a permission for it',
    roles: [
      { account: C, name: 'x', identity: [assumes(role(A, 'y'))] },
      {
        account: A,
        name: 'y',
        trust: assumedBy(root(C), { Condition: { ArnEquals: { 'aws:PrincipalArn': role(C, 'x') } } }),
      },
    ],
    paths: ['x assume-role y'],
  },
  {
    name: 'a trust without a permission',
    roles: [
      { account: C, name: 'x', identity: [assumes(role(A, 'other'))] },
      { account: A, name: 'y', trust: assumedBy({ AWS: role(C, 'x') }) },
    ],
    paths: [],
  },
  {
    name: 'a permission without a trust',
    roles: [
      { account: C, name: 'x', identity: [assumes('*')] },
      {
        account: A,
        name: 'y',
        trust: assumedBy(root(B), { Condition: { ArnEquals: { 'aws:PrincipalArn': role(B, 'z') } } }),
      },
      { account: B, name: 'z' },
    ],
    paths: [],
  },
  {
    name: 'a permission that is denied',
    roles: [
      { account: C, name: 'x', identity: [assumes('*'), { ...assumes(role(A, 'y')), Effect: 'Deny' }] },
      { account: A, name: 'y', trust: assumedBy({ AWS: role(C, 'x') }) },
    ],
    paths: [],
  },
  {
    name: 'a condition that whoever asks can meet',
    roles: [
      { account: C, name: 'x', identity: [assumes('*')] },
      {
        account: A,
        name: 'y',
        trust: assumedBy({ AWS: role(C, 'x') }, { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } }),
      },
    ],
    paths: ['x assume-role y'],
  },
  {
    name: 'a whole account, an account that nobody declared, and everybody',
    roles: [
      { account: A, name: 'y', trust: assumedBy(root(B)) },
      { account: B, name: 'z', trust: assumedBy({ AWS: '999999999990' }) },
      { account: C, name: 'w', trust: assumedBy({ AWS: '*' }) },
    ],
    paths: [
      'anybody else in 222222222222 (training) assume-role y',
      'account 999999999990, which nobody declared assume-role z',
      'anybody else in 111111111111 (shared) assume-role w',
      'anybody else in 222222222222 (training) assume-role w',
      'any AWS account assume-role w',
    ],
  },
  {
    name: 'somebody of another account whom no template makes',
    roles: [
      {
        account: A,
        name: 'y',
        trust: assumedBy(root(B), { Condition: { ArnEquals: { 'aws:PrincipalArn': role(B, 'ops') } } }),
      },
    ],
    paths: ['anybody else in 222222222222 (training) assume-role y'],
  },
  {
    name: 'whoever has a word of an identity provider',
    roles: [
      {
        account: A,
        name: 'y',
        trust: [{ Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
      },
    ],
    paths: ['whomever accounts.google.com vouches for assume-role y'],
  },
  {
    name: 'a chain: production through shared into training, and on by CloudFormation',
    roles: [
      { account: C, name: 'x', identity: [assumes(`arn:aws:iam::${A}:role/*`)] },
      {
        account: A,
        name: 'y',
        trust: assumedBy({ AWS: role(C, 'x') }),
        identity: [assumes(`arn:aws:iam::${B}:role/*`)],
      },
      {
        account: B,
        name: 'z',
        trust: assumedBy({ AWS: role(A, 'y') }),
        identity: [allow('cloudformation:*', 'iam:PassRole')],
      },
      { account: B, name: 'w', trust: assumedBy({ Service: 'cloudformation.amazonaws.com' }) },
    ],
    paths: [
      'x assume-role y',
      'y assume-role z',
      'x assume-role y assume-role z',
      'y assume-role z pass-role-to-cloudformation w',
      'x assume-role y assume-role z pass-role-to-cloudformation w',
    ],
  },
  {
    name: 'what templates do not show of a managed policy',
    roles: [
      { account: C, name: 'x', opaque: 'arn:aws:iam::aws:policy/NotCarried' },
      { account: A, name: 'y', trust: assumedBy({ AWS: role(C, 'x') }) },
    ],
    paths: [`x put-role-policy an administrator of ${C} (production)`, 'x assume-role y'].map(
      each => `${each}, perhaps`,
    ),
  },
  {
    name: "another account's role that may rewrite the key's policy or give grants",
    roles: [{ account: B, name: 'x', identity: [{ Action: 'kms:*', Resource: '*' }] }],
    others: [key([{ Principal: { AWS: role(B, 'x') }, Action: ['kms:CreateGrant'], Resource: '*' }])],
    paths: [`x create-grant arn:aws:kms:us-east-1:${A}:key/k`],
  },
  {
    name: "another account's role that may rewrite the bucket's policy",
    roles: [{ account: B, name: 'x', identity: [{ Action: 's3:*', Resource: '*' }] }],
    others: [bucket([{ Principal: { AWS: role(B, 'x') }, Action: 's3:*', Resource: 'arn:aws:s3:::code' }])],
    paths: ['x put-bucket-policy arn:aws:s3:::code'],
  },
  {
    name: 'who may write where a function loads its code from',
    roles: [
      { account: B, name: 'x', identity: [{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/*' }] },
      { account: A, name: 'y', trust: assumedBy({ Service: 'lambda.amazonaws.com' }) },
    ],
    others: [
      bucket([{ Principal: { AWS: role(B, 'x') }, Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/deploy.zip' }]),
      {
        type: 'AWS::Lambda::Function',
        account: A,
        arn: `arn:aws:lambda:us-east-1:${A}:function:f`,
        properties: { Role: role(A, 'y'), Code: { S3Bucket: 'code', S3Key: 'deploy.zip' } },
      },
    ],
    paths: ['x write-function-code y'],
  },
  {
    name: 'who may write another object of the bucket',
    roles: [
      { account: B, name: 'x', identity: [{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/*' }] },
      { account: A, name: 'y', trust: assumedBy({ Service: 'lambda.amazonaws.com' }) },
    ],
    others: [
      bucket([{ Principal: { AWS: role(B, 'x') }, Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/data/*' }]),
      {
        type: 'AWS::Lambda::Function',
        account: A,
        arn: `arn:aws:lambda:us-east-1:${A}:function:f`,
        properties: { Role: role(A, 'y'), Code: { S3Bucket: 'code', S3Key: 'deploy.zip' } },
      },
    ],
    paths: [],
  },
  {
    name: 'who may push what the pipeline deploys, or write its artifacts',
    roles: [
      { account: A, name: 'pusher', identity: [{ Action: 'codecommit:GitPush', Resource: repository.arn }] },
      { account: A, name: 'writer', identity: [{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/line/*' }] },
      { account: A, name: 'uploader', identity: [{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::code/data/*' }] },
      { account: B, name: 'stack', trust: assumedBy({ Service: 'cloudformation.amazonaws.com' }) },
    ],
    others: [pipeline, repository, bucket()],
    paths: ['pusher push-source stack', 'writer write-artifact stack'],
  },
]

const shortOf = (text: string) => text.replace(/^arn:aws:iam::\d{12}:(role|user)\//, '')

const shown = ({ from, steps, undecided }: ReturnType<typeof escalation>[number]) =>
  [
    shortOf(from),
    ...steps.map(({ by, to }, i) => (i === steps.length - 1 ? `${by} ${shortOf(to)}` : `${by} ${shortOf(to)}`)),
  ].join(' ') + (undecided === undefined ? '' : ', perhaps')

describe('paths', () => {
  test.each(cases)('$name', ({ roles, others, paths }) => {
    expect(escalation(worldOf(roles, others), needsOf()).map(shown).toSorted()).toEqual([...paths].toSorted())
  })

  const chain: readonly RoleInput[] = [
    { account: A, name: 'pipeline', identity: [assumes(role(B, 'action'))] },
    { account: B, name: 'action', trust: assumedBy({ AWS: role(A, 'pipeline') }), identity: [assumes(role(C, 'end'))] },
    { account: C, name: 'end', trust: assumedBy({ AWS: role(B, 'action') }) },
  ]
  const first = need(role(A, 'pipeline'), 'sts:AssumeRole', role(B, 'action'))
  const second = need(role(B, 'action'), 'sts:AssumeRole', role(C, 'end'))

  test('what the line works by is no path, and what goes on from there is told once', () => {
    const found = escalation(worldOf(chain), needsOf([first]))
    expect(found.map(shown)).toEqual(['action assume-role end'])
    expect(escalation(worldOf(chain), needsOf([first, second]))).toEqual([])
  })

  test('from one account that the pipeline deploys to into another is a path all the same', () => {
    const found = escalation(worldOf(chain, [pipeline]), needsOf([first, second]))
    expect(found.map(shown)).toEqual(['action assume-role end'])
    expect(found[0]?.steps.map(({ needed }) => needed)).toEqual([true])
  })

  test('a path says by which statements, what follows, and what to narrow', () => {
    const [path] = escalation(worldOf(chain), needsOf([first]))
    expect(path).toMatchObject({
      accounts: [B, C],
      consequence: "whoever has training's action can do everything that production's end can do",
      cure: `name in statement 1 of trust policy of ${role(C, 'end')} (world.json:1) only those who need it (aws:PrincipalArn), and in statement 1 of identity policy of ${role(B, 'action')} (world.json:1) only the resources that are needed`,
    })
    expect(path?.steps[0]?.words).toBe(
      `training's action can assume production's end (the trust policy of ${C}:role/end names ${role(B, 'action')}; its identity policy allows sts:AssumeRole on ${role(C, 'end')})`,
    )
    expect(path?.steps[0]?.statements.map(({ side }) => side)).toEqual(['trust', 'identity'])
  })

  test('a name may hold anything', () => {
    const strange = `${role(C, 'x')}"]}\\`
    const roles: RoleInput[] = [
      { account: C, name: 'x"]}\\', identity: [assumes('*')] },
      {
        account: A,
        name: 'y',
        trust: assumedBy(root(C), { Condition: { ArnEquals: { 'aws:PrincipalArn': strange } } }),
      },
    ]
    const found = escalation(
      worldOf(roles, [{ ...pipeline, properties: { Stages: [null, 7, { Actions: [[], 'x'] }] } }]),
      needsOf(),
    )
    expect(found.map(({ steps }) => steps[0]?.words)).toEqual([
      `production's x"]}\\ can assume shared's y (the trust policy of ${A}:role/y names ${strange}; its identity policy allows sts:AssumeRole on *)`,
    ])
  })

  test('a role that a trust policy pins to one pipeline is passed to that pipeline only', () => {
    const pinned = { Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:codepipeline:us-east-1:${B}:line` } } }
    const may = (name: string) => [
      allow('iam:PassRole'),
      { Action: 'codepipeline:CreatePipeline', Resource: `arn:aws:codepipeline:us-east-1:${B}:${name}` },
    ]
    const roles = (name: string) => [holder(...may(name)), target('codepipeline.amazonaws.com', pinned)]
    expect(lastSteps(roles('line'))).toContain(`pass-role-to-codepipeline → ${to('target')}`)
    expect(lastSteps(roles('another'))).toEqual([`assume-role → ${to('holder')}`])
  })
})
