import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  type CreateStackCommandInput,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../engine/index.ts'
import { type Twin, twin } from '../../twin.ts'
import { findStack } from './model/index.ts'

const account = '111111111111'
const state = mkdtempSync(join(tmpdir(), 'stack-'))
let it: Twin

const config = (credentials = it.operator(account)) => ({
  endpoint: it.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey },
})
const formation = () => new CloudFormationClient(config())
const iam = () => new IAMClient(config())
const logs = () => new CloudWatchLogsClient(config())

const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
})
const allow = (...actions: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })

const group = (name?: string, more: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { ...(name === undefined ? {} : { LogGroupName: name }), ...more },
})
const role = (properties: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust('lambda.amazonaws.com'), ...properties },
})

async function settled(name: string, client = formation()) {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }))
    const stack = Stacks?.[0]
    if (stack !== undefined && !stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack
  }
}

const request = (StackName: string, template: object, more: Partial<CreateStackCommandInput> = {}) => ({
  StackName,
  TemplateBody: JSON.stringify(template),
  Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  ...more,
})

async function create(
  name: string,
  template: object,
  more: Partial<CreateStackCommandInput> = {},
  client = formation(),
) {
  await client.send(new CreateStackCommand(request(name, template, more)))
  return settled(name)
}

async function update(name: string, template: object, more: Partial<CreateStackCommandInput> = {}) {
  await formation().send(new UpdateStackCommand(request(name, template, more)))
  return settled(name)
}

async function events(name: string, since = 0) {
  const { StackEvents = [] } = await formation().send(new DescribeStackEventsCommand({ StackName: name }))
  return StackEvents.reverse()
    .slice(since)
    .map(event => `${event.LogicalResourceId} ${event.ResourceStatus}`)
}

const reasons = async (name: string) => {
  const { StackEvents = [] } = await formation().send(new DescribeStackEventsCommand({ StackName: name }))
  return StackEvents.flatMap(event => event.ResourceStatusReason ?? []).join('\n')
}

const groups = async (prefix: string) => {
  const { logGroups = [] } = await logs().send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix }))
  return logGroups.map(({ logGroupName }) => logGroupName)
}

beforeAll(async () => {
  it = await twin({ state })
})
afterAll(async () => {
  await it.close()
  rmSync(state, { recursive: true })
})

test('a stack makes its resources in the order of their references and gives its outputs', async () => {
  const made = await create(
    'first',
    {
      Parameters: { Secret: { Type: 'String', NoEcho: true }, Days: { Type: 'Number', Default: 7 } },
      Resources: {
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: JSON.parse(allow('s3:ListBucket')) },
        },
        Role: role({ Description: { 'Fn::Sub': `logs to $\{Group}` } }),
        Group: group('/first', { RetentionInDays: { Ref: 'Days' } }),
      },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    },
    { Parameters: [{ ParameterKey: 'Secret', ParameterValue: 'hidden' }] },
  )
  expect(made.StackStatus).toBe('CREATE_COMPLETE')
  expect(made.Outputs?.[0]?.OutputValue).toMatch(/^arn:aws:iam::111111111111:role\/first-Role-[A-Z0-9]{12}$/)
  expect(made.Parameters).toEqual([
    { ParameterKey: 'Secret', ParameterValue: '****' },
    { ParameterKey: 'Days', ParameterValue: '7' },
  ])
  const order = (await events('first')).filter(line => line.endsWith('CREATE_COMPLETE'))
  expect(order).toEqual(['Group', 'Role', 'Policy', 'first'].map(id => `${id} CREATE_COMPLETE`))
})

test('a failure takes back what was made, half-made resources too, and says why', async () => {
  const made = await create('broken', {
    Resources: {
      Group: group('/broken'),
      Role: role({
        RoleName: 'half',
        ManagedPolicyArns: ['arn:aws:iam::111111111111:policy/none'],
      }),
    },
  })
  expect(made.StackStatus).toBe('ROLLBACK_COMPLETE')
  expect(await reasons('broken')).toContain(
    'The following resource(s) failed to create: [Role]. Rollback requested by user.',
  )
  expect(await groups('/broken')).toEqual([])
  const { Roles = [] } = await iam().send(new ListRolesCommand({}))
  expect(Roles.map(({ RoleName }) => RoleName)).not.toContain('half')
  await expect(update('broken', { Resources: { Group: group('/other') } })).rejects.toThrow(
    'is in ROLLBACK_COMPLETE state and can not be updated.',
  )
})

test('an update changes in place, replaces, adds and cleans up', async () => {
  const before = {
    Resources: { Kept: group('/up/kept', { RetentionInDays: 1 }), Moved: group('/up/a'), Gone: group('/up/gone') },
  }
  await create('up', before)
  const since = (await events('up')).length
  const after = {
    Resources: { Kept: group('/up/kept', { RetentionInDays: 3 }), Moved: group('/up/b'), New: group('/up/new') },
  }
  expect((await update('up', after)).StackStatus).toBe('UPDATE_COMPLETE')
  expect(await groups('/up')).toEqual(['/up/b', '/up/kept', '/up/new'])
  const seen = await events('up', since)
  expect(seen.indexOf('up UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')).toBeLessThan(seen.indexOf('Moved DELETE_IN_PROGRESS'))
  expect(seen).toContain('Gone DELETE_COMPLETE')
  await expect(update('up', after)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'No updates are to be performed.',
  })
})

test('an update that fails leaves what was there before it', async () => {
  await logs().send(new CreateLogGroupCommand({ logGroupName: '/back/taken' }))
  const policy = (action: string) => [{ PolicyName: 'p', PolicyDocument: JSON.parse(allow(action)) }]
  const template = (action: string, moved: string, more: object) => ({
    Resources: {
      Role: role({ RoleName: 'back', Policies: policy(action) }),
      Moved: { ...group(moved), DependsOn: 'Role' },
      ...more,
    },
  })
  await create('back', template('s3:GetObject', '/back/a', {}))
  const taken = { Late: { ...group('/back/taken'), DependsOn: 'Moved' } }
  const after = await update('back', template('s3:PutObject', '/back/b', taken))
  expect(after.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
  const found = await iam().send(new GetRolePolicyCommand({ RoleName: 'back', PolicyName: 'p' }))
  expect(decodeURIComponent(found.PolicyDocument ?? '')).toContain('s3:GetObject')
  expect(await groups('/back')).toEqual(['/back/a', '/back/taken'])
  const { StackResources = [] } = await formation().send(new DescribeStackResourcesCommand({ StackName: 'back' }))
  expect(StackResources.map(one => one.PhysicalResourceId)).toEqual(['/back/a', 'back'])
})

test('a rollback that fails can be continued without what stands in its way', async () => {
  const document = (effect: string) => JSON.parse(allow('logs:*').replace('Allow', effect))
  await iam().send(
    new CreateRoleCommand({
      RoleName: 'stuck',
      AssumeRolePolicyDocument: JSON.stringify(trust('cloudformation.amazonaws.com')),
    }),
  )
  await iam().send(new PutRolePolicyCommand({ RoleName: 'stuck', PolicyName: 'all', PolicyDocument: allow('*') }))
  const template = (days: number, effect: string, more: object) => ({
    Resources: {
      Group: group('/stuck', { RetentionInDays: days }),
      Policy: {
        Type: 'AWS::IAM::Policy',
        DependsOn: 'Group',
        Properties: { PolicyName: 'p', Roles: ['stuck'], PolicyDocument: document(effect) },
      },
      ...more,
    },
  })
  await create('stuck', template(1, 'Allow', {}), { RoleARN: `arn:aws:iam::${account}:role/stuck` })
  // The update takes from the role what the rollback would need.
  const late = { Late: { ...group('/stuck/late'), DependsOn: 'Policy' } }
  expect((await update('stuck', template(3, 'Deny', late))).StackStatus).toBe('UPDATE_ROLLBACK_FAILED')
  await formation().send(new ContinueUpdateRollbackCommand({ StackName: 'stuck', ResourcesToSkip: ['Group'] }))
  expect((await settled('stuck')).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
  const found = await iam().send(new GetRolePolicyCommand({ RoleName: 'stuck', PolicyName: 'p' }))
  expect(decodeURIComponent(found.PolicyDocument ?? '')).toContain('Allow')
})

test('a deletion keeps what is to be retained, and the deleted stack answers by its ARN', async () => {
  const made = await create('gone', {
    Resources: { Kept: { ...group('/gone/kept'), DeletionPolicy: 'Retain' }, Group: group('/gone/group') },
  })
  await formation().send(new DeleteStackCommand({ StackName: 'gone' }))
  expect((await settled(made.StackId ?? '')).StackStatus).toBe('DELETE_COMPLETE')
  expect(await groups('/gone')).toEqual(['/gone/kept'])
  await expect(settled('gone')).rejects.toThrow('Stack with id gone does not exist')
})

test('an export that another stack imports can neither be changed nor deleted', async () => {
  const exporting = (value: string) => ({
    Resources: { Group: group('/export') },
    Outputs: { Out: { Value: value, Export: { Name: 'shared' } } },
  })
  await create('exporter', exporting('/import/1'))
  await create('importer', {
    Resources: { Group: group(undefined, { LogGroupName: { 'Fn::ImportValue': 'shared' } }) },
  })
  expect(await groups('/import')).toEqual(['/import/1'])
  expect((await update('exporter', exporting('/import/2'))).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE')
  await expect(formation().send(new DeleteStackCommand({ StackName: 'exporter' }))).rejects.toThrow(
    'Cannot delete export shared as it is in use by importer',
  )
  const lost = await create('lost', {
    Resources: { Group: group(undefined, { LogGroupName: { 'Fn::ImportValue': 'none' } }) },
  })
  expect(lost.StackStatus).toBe('ROLLBACK_COMPLETE')
  expect(await reasons('lost')).toContain('No export named none found.')
})

test('resources are made with the permissions of the service role, else of the caller', async () => {
  await iam().send(new CreateUserCommand({ UserName: 'deployer' }))
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: 'deployer' }))
  const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  const client = new CloudFormationClient(config({ ...it.operator(account), ...key }))
  const grant = (...actions: string[]) =>
    iam().send(new PutUserPolicyCommand({ UserName: 'deployer', PolicyName: 'p', PolicyDocument: allow(...actions) }))
  await grant('cloudformation:*')
  const template = { Resources: { Group: group('/mine') } }
  expect((await create('mine', template, {}, client)).StackStatus).toBe('ROLLBACK_COMPLETE')
  expect(await reasons('mine')).toContain(
    'User: arn:aws:iam::111111111111:user/deployer is not authorized to perform: logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:111111111111:log-group:/mine',
  )
  const RoleName = 'service'
  const AssumeRolePolicyDocument = JSON.stringify(trust('cloudformation.amazonaws.com'))
  await iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  await iam().send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('logs:CreateLogGroup') }),
  )
  const RoleARN = `arn:aws:iam::${account}:role/service`
  await expect(create('passed', template, { RoleARN }, client)).rejects.toThrow('iam:PassRole')
  await grant('cloudformation:*', 'iam:PassRole')
  expect((await create('passed', template, { RoleARN }, client)).StackStatus).toBe('CREATE_COMPLETE')
  await expect(
    create('foreign', template, { RoleARN: 'arn:aws:iam::222222222222:role/service' }, client),
  ).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Cross-account pass role is not allowed.',
  })
})

test('what a template lacks is said before anything is made', async () => {
  const roles = { Resources: { Role: role({ RoleName: 'x' }) } }
  await expect(create('bare', roles, { Capabilities: ['CAPABILITY_IAM'] })).rejects.toMatchObject({
    name: 'InsufficientCapabilitiesException',
    message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
  })
  await expect(create('bare', { Resources: { X: { Type: 'AWS::SSM::Parameter' } } })).rejects.toThrow(
    'AWS::SSM::Parameter',
  )
  await expect(create('bare', { Resources: { X: { Type: 'AWS::IAM::Rol' } } })).rejects.toThrow(
    'Template format error: Unrecognized resource types: [AWS::IAM::Rol]',
  )
  const odd = await create('odd', { Resources: { Group: group('/odd', { Retention: 3 }) } })
  expect(odd.StackStatus).toBe('ROLLBACK_COMPLETE')
  expect(await reasons('odd')).toContain(
    'Properties validation failed for resource Group with message:\n#: extraneous key [Retention] is not permitted',
  )
})

test('an operation that is under way when the twin stops goes on when it is opened again', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => index)
  const Resources = Object.fromEntries(
    ids.map(index => [
      `G${index}`,
      { ...group(`/long/${index}`), ...(index === 0 ? {} : { DependsOn: `G${index - 1}` }) },
    ]),
  )
  const { StackId = '' } = await formation().send(new CreateStackCommand(request('long', { Resources })))
  await it.close()
  const store = openStore(state)
  expect(findStack(store, account, 'us-east-1', StackId)?.status).toBe('CREATE_IN_PROGRESS')
  await store.close()
  it = await twin({ state })
  expect((await settled('long')).StackStatus).toBe('CREATE_COMPLETE')
  expect((await groups('/long')).length).toBe(30)
})
