import { expect, test } from 'vitest'
import { codes, template } from './case.fixture.ts'
import { readWorld } from './read-world.ts'

const TRUST =
  '{ Version: 2012-10-17, Statement: [{ Effect: Allow, Principal: { AWS: "222222222222" }, Action: sts:AssumeRole }] }'
const policy = (action: string) =>
  `{ Version: 2012-10-17, Statement: [{ Effect: Allow, Action: "${action}", Resource: "*" }] }`

const TEXT = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /line/
      RoleName: worker
      AssumeRolePolicyDocument: ${TRUST}
      PermissionsBoundary: !Ref Boundary
      ManagedPolicyArns:
        - !Ref Shared
        - arn:aws:iam::aws:policy/AdministratorAccess
        - arn:aws:iam::aws:policy/NobodyKnowsIt
        - arn:aws:iam::222222222222:policy/elsewhere
      Policies:
        - { PolicyName: own, PolicyDocument: ${policy('s3:GetObject')} }
  Boundary: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: ${policy('s3:*')} } }
  Shared: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: shared, PolicyDocument: ${policy('sqs:SendMessage')}, Users: [ann] } }
  ByName: { Type: AWS::IAM::Policy, Properties: { PolicyName: by-name, PolicyDocument: ${policy('sns:Publish')}, Roles: [worker, stranger] } }
  ByRef: { Type: AWS::IAM::RolePolicy, Properties: { PolicyName: by-ref, PolicyDocument: ${policy('kms:Decrypt')}, RoleName: !Ref Role } }
  Group: { Type: AWS::IAM::Group, Properties: { GroupName: people, Policies: [{ PolicyName: group, PolicyDocument: ${policy('ecr:GetAuthorizationToken')} }] } }
  User: { Type: AWS::IAM::User, Properties: { UserName: bob, Groups: [!Ref Group] } }
  Addition: { Type: AWS::IAM::UserToGroupAddition, Properties: { GroupName: people, Users: [eve] } }
`

const world = readWorld([template(TEXT)])
const of = (name: string) => world.principals.find(principal => principal.name === name)!
const actions = (name: string) =>
  of(name).identity.flatMap(({ policy, opaque }) =>
    opaque ? ['opaque'] : policy.document.Statement.flatMap(({ Action = [] }) => Action),
  )

test('a role has what is written in it, what is attached by name, by reference and by ARN', () => {
  expect(of('worker')).toMatchObject({ kind: 'role', arn: 'arn:aws:iam::111111111111:role/line/worker', made: true })
  expect(actions('worker')).toEqual([
    's3:GetObject',
    'sqs:SendMessage',
    '*',
    'opaque',
    'opaque',
    'sns:Publish',
    'kms:Decrypt',
  ])
  expect(of('worker').trust?.policy.document.Statement).toMatchObject([{ Principal: { AWS: ['222222222222'] } }])
  expect(of('worker').boundary?.policy.document.Statement).toMatchObject([{ Action: ['s3:*'] }])
  expect(
    of('worker')
      .identity.map(({ managed }) => managed)
      .filter(Boolean),
  ).toHaveLength(3)
})

test('whoever no template makes is somebody all the same', () => {
  expect(world.principals.map(({ kind, name, made }) => [kind, name, made])).toEqual([
    ['role', 'worker', true],
    ['user', 'bob', true],
    ['user', 'ann', false],
    ['role', 'stranger', false],
    ['user', 'eve', false],
  ])
  expect(actions('stranger')).toEqual(['sns:Publish'])
  expect(actions('ann')).toEqual(['sqs:SendMessage'])
})

test("a group's policies are its members'", () => {
  expect([actions('bob'), actions('eve')]).toEqual([['ecr:GetAuthorizationToken'], ['ecr:GetAuthorizationToken']])
})

test('a managed policy whose text is not here is said', () => {
  expect(codes(world.findings)).toEqual(['unknown-managed-policy:12', 'unknown-managed-policy:13'])
})

test('no two policies have one name, and a role is a resource with its trust policy', () => {
  const names = world.policies.map(({ policy: { name } }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(world.resources.find(({ logicalId }) => logicalId === 'Role')).toMatchObject({
    rule: 'trust',
    policy: of('worker').trust,
  })
})

test('of two inline policies of one name the first counts, and the other is a finding', () => {
  const twice = TEXT.replace('PolicyName: by-ref', 'PolicyName: own')
  const { principals, findings } = readWorld([template(twice)])
  expect(codes(findings)).toContain('second-inline-policy:19')
  const names = principals.flatMap(({ identity }) => identity.map(({ policy: { name } }) => name))
  expect(names.filter(name => name.startsWith('inline policy own'))).toHaveLength(1)
})
