import { describe, expect, test } from 'vitest'
import { template } from '../world/case.fixture.ts'
import { readWorld } from '../world/read-world.ts'
import { RULES } from './rules.ts'
import { templateFindings } from './template-findings.ts'

const open = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }
const text = JSON.stringify(open)

const said = (type: string, properties: object) =>
  templateFindings(
    readWorld([template(JSON.stringify({ Resources: { X: { Type: type, Properties: properties } } }))]),
  ).flatMap(({ code, spot }) => (OURS.has(code) ? [`${code} ${spot?.path.slice(2).join('.')}`] : []))
const OURS = new Set(['unread-policy', 'unread-access', 'unknown-resource-type'])

const CASES: readonly (readonly [type: string, properties: object, said: readonly string[]])[] = [
  ['AWS::S3Express::BucketPolicy', { Bucket: 'b', PolicyDocument: open }, ['unread-policy Properties.PolicyDocument']],
  ['AWS::ApiGateway::RestApi', { Policy: open }, ['unread-policy Properties.Policy']],
  ['AWS::Backup::BackupVault', { AccessPolicy: open }, ['unread-policy Properties.AccessPolicy']],
  ['AWS::OpenSearchService::Domain', { AccessPolicies: open }, ['unread-policy Properties.AccessPolicies']],
  ['AWS::Logs::ResourcePolicy', { PolicyDocument: text }, ['unread-policy Properties.PolicyDocument']],
  ['AWS::MediaStore::Container', { Policy: text }, ['unread-policy Properties.Policy']],
  [
    'AWS::EFS::FileSystem',
    { FileSystemPolicy: { Statement: open.Statement[0] } },
    ['unread-policy Properties.FileSystemPolicy'],
  ],
  [
    'AWS::DynamoDB::Table',
    { ResourcePolicy: { PolicyDocument: open }, StreamSpecification: { ResourcePolicy: { PolicyDocument: open } } },
    ['unread-policy Properties.StreamSpecification.ResourcePolicy.PolicyDocument'],
  ],
  [
    'AWS::DynamoDB::GlobalTable',
    { Replicas: [{ ResourcePolicy: { PolicyDocument: open } }] },
    ['unread-policy Properties.Replicas.0.ResourcePolicy.PolicyDocument'],
  ],
  ['AWS::IAM::ManagedPolicy', { PolicyDocument: open }, ['unread-policy Properties.PolicyDocument']],
  ['AWS::Lambda::LayerVersionPermission', { Principal: '*' }, ['unread-access ']],
  ['AWS::RAM::ResourceShare', { Principals: ['999999999998'] }, ['unread-access ']],
  ['AWS::IAM::User', { LoginProfile: { Password: 'x' } }, ['unread-access ']],
  ['Custom::Anything', { Given: open }, ['unread-policy Properties.Given', 'unknown-resource-type ']],
  ['Our::Own::Thing::MODULE', {}, ['unknown-resource-type ']],
  // read, so not said
  ['AWS::S3::BucketPolicy', { Bucket: 'b', PolicyDocument: open }, []],
  ['AWS::IAM::Policy', { PolicyName: 'p', Groups: ['g'], PolicyDocument: open }, []],
  ['AWS::IAM::Role', { AssumeRolePolicyDocument: open, Policies: [{ PolicyName: 'p', PolicyDocument: open }] }, []],
  ['AWS::IAM::ManagedPolicy', { Roles: ['r'], PolicyDocument: open }, []],
  ['AWS::Events::EventBusPolicy', { StatementId: 'x', Statement: open.Statement[0] }, []],
  ['AWS::KMS::Key', { KeyPolicy: open, EnableKeyRotation: true }, []],
  ['AWS::SSM::Parameter', { Value: 'Statement' }, []],
]

describe('what is not read has a name', () => {
  test.each(CASES)('%s', (type, properties, expected) => {
    expect(said(type, properties)).toEqual(expected)
  })

  test('however deep it lies', () => {
    let deep: unknown = open
    for (let level = 0; level < 40; level++) deep = { Inner: [deep] }
    expect(said('AWS::Any::Thing', { Outer: deep })).toHaveLength(1)
  })

  test('each is a rule', () => {
    expect(RULES.filter(({ code }) => OURS.has(code))).toHaveLength(OURS.size)
  })
})
