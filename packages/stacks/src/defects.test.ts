import { readFileSync } from 'node:fs'
import { namesOf } from '@tripoint/pipeline'
import { expect, test } from 'vitest'
import { SAMPLE_LINES } from './sample-lines.fixture.ts'
import { synthTemplates } from './synth.ts'
import { grantsOf, policiesOf } from './template-grants.fixture.ts'

// The defects of the published sample, each of which a template can show.

const definition = SAMPLE_LINES.everything
const names = namesOf(definition)
const { manifest, templates, pipeline } = synthTemplates(definition)
const policies = manifest.stacks.flatMap(stack => policiesOf(templates[stack.name]!, stack.account))
const grants = policies.flatMap(policy => grantsOf(policy, names))
const resources = manifest.stacks.flatMap(stack => Object.values(templates[stack.name]!.Resources))
const of = (type: string) => resources.filter(resource => resource.Type === type).map(resource => resource.Properties)
const text = JSON.stringify(templates)
const example = JSON.parse(
  readFileSync(new URL('../../../examples/churn/training.template.json', import.meta.url), 'utf8'),
)

test('the deployer deploys, and reports failure as failure', () => {
  for (const { Code } of of('AWS::Lambda::Function')) {
    const source = (Code as { ZipFile: string }).ZipFile
    for (const command of [
      'CreateModel',
      'CreateEndpointConfig',
      'CreateEndpoint',
      'UpdateEndpoint',
      'PutJobFailureResult',
    ])
      expect(source).toContain(`${command}Command(`)
    expect(source).toMatch(/catch \(error\) \{.*?report\.failure/s)
    expect(source).not.toMatch(/console\.\w+\((event|job)\b|JSON\.stringify\((event|job)\)|artifactCredentials/)
  }
  expect(grants.filter(grant => grant.action === 'sagemaker:CreateEndpoint')).not.toEqual([])
})

test('the runtime of functions can still be created', () => {
  expect(of('AWS::Lambda::Function').map(({ Runtime }) => Runtime)).toEqual(['nodejs24.x', 'nodejs24.x'])
})

test("the model is written under A's key, and the hosting role may read it", () => {
  const { States } = example.Resources.Workflow.Properties.Definition
  expect(States.Train.Parameters.OutputDataConfig.KmsKeyId).toMatch(/^\$\{KeyArn\}$/)
  expect(
    grants.filter(grant => grant.side === 'key' && /hosting/.test(grant.principal) && grant.action === 'kms:Decrypt'),
  ).toHaveLength(2)
})

test('roles of containers may log, measure and pull; Step Functions may tag', () => {
  for (const role of [/training-eu/, /hosting-eu/])
    for (const action of ['logs:PutLogEvents', 'cloudwatch:PutMetricData', 'ecr:BatchGetImage'])
      expect(grants.some(grant => role.test(grant.principal) && grant.action === action)).toBe(true)
  expect(grants.some(grant => /workflow-eu/.test(grant.principal) && grant.action === 'sagemaker:AddTags')).toBe(true)
})

test('no action is a wildcard, and * is a resource only where there is no other', () => {
  expect(grants.filter(grant => grant.action.includes('*'))).toEqual([])
  expect(
    [...new Set(grants.filter(({ resource }) => resource === '*').map(({ action }) => action))].toSorted(),
  ).toEqual([
    'cloudwatch:PutMetricData',
    'codepipeline:PutJobFailureResult',
    'codepipeline:PutJobSuccessResult',
    'ecr:GetAuthorizationToken',
    'lambda:ListFunctions',
  ])
})

test('no account is in it that the definition does not name, but that of the image', () => {
  const known = [...Object.values(definition.accounts), '141502667606']
  expect([...new Set(text.match(/\b\d{12}\b/g))].filter(account => !known.includes(account))).toEqual([])
})

test('a commit starts the pipeline, and new data does, but not its own artifacts', () => {
  const patterns = of('AWS::Events::Rule').map(({ EventPattern }) => EventPattern)
  expect(patterns).toMatchObject([
    { source: ['aws.codecommit'], detail: { referenceName: ['main'] } },
    { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'data/' }] } } },
  ])
  expect(JSON.stringify(of('AWS::S3::Bucket'))).toContain('"EventBridgeEnabled":true')
})

test('the bucket encrypts with the key by default, and refuses other keys but not plain uploads', () => {
  const denied = policies
    .filter(({ side }) => side === 'resource')
    .flatMap(({ statements }) => statements)
    .filter(({ Effect }) => Effect === 'Deny')
  expect(denied.map(({ Sid }) => Sid)).toEqual([
    'DenyOtherEncryption',
    'DenyOtherKeys',
    'DenyNoKey',
    'DenyCustomerKeys',
    'DenyPlainHttp',
    'DenyOldTls',
  ])
  // An operator with IfExists is true for a header that is not there.
  expect(JSON.stringify(denied)).not.toContain('IfExists')
  for (const { Sid, Condition } of denied.filter(({ Action }) => Action === 's3:PutObject'))
    expect([Sid, Object.values((Condition as { Null: Record<string, string> }).Null)[0]]).toEqual([Sid, 'false'])
})

test('no account as such is trusted: every principal of another account is one role', () => {
  const open = policies
    .filter(({ side }) => side !== 'identity')
    .flatMap(({ statements }) => statements)
    .filter(({ Effect, Sid }) => Effect === 'Allow' && Sid !== 'Administration')
    .filter(
      ({ Principal, Condition }) =>
        !('Service' in (Principal as object)) && !JSON.stringify(Condition ?? {}).includes('aws:PrincipalArn'),
    )
  expect(open).toEqual([])
})

test('no chain of roles leads from production back into the other accounts', () => {
  const next = (role: string) =>
    grants.filter(
      ({ side, action, principal }) => side === 'identity' && action === 'sts:AssumeRole' && principal === role,
    )
  const reached = next('arn:aws:iam::333333333333:role/churn-deploy-deployer-eu-west-1').map(({ resource }) => resource)
  expect(reached).toEqual(['arn:aws:iam::111111111111:role/churn-deploy-reporter-eu-west-1'])
  expect(
    grants.filter(({ side, principal }) => side === 'identity' && principal === reached[0]).map(({ action }) => action),
  ).toEqual(['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'])
})

test("the model's place reaches production", () => {
  expect(JSON.stringify(pipeline)).toContain('#{train.ExecutionArn}')
  const { States } = example.Resources.Workflow.Properties.Definition
  expect(States.Train.Parameters['TrainingJobName.$']).toBe('$$.Execution.Name')
})

test('what the pipeline names is what the templates make, in its own region', () => {
  const roles = new Set(of('AWS::IAM::Role').map(({ RoleName }) => RoleName))
  const named = JSON.stringify(pipeline).match(/arn:aws:iam::\d{12}:role\/[^"\\]+/g) ?? []
  expect(named).toHaveLength(8)
  expect(named.filter(arn => !roles.has(arn.split('role/')[1]))).toEqual([])
  expect(pipeline).not.toHaveProperty('pipeline.version')
  expect(`${text}${JSON.stringify(pipeline)}`).not.toMatch(/us-east-1|:latest/)
  expect(JSON.stringify(pipeline)).toContain('.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1')
})

test('the endpoint is made in production, as the definition says', () => {
  const functions = Object.entries(templates['churn-production']!.Resources).filter(([, { Type }]) =>
    Type.includes('Lambda'),
  )
  expect(functions.map(([, { Properties }]) => Properties.Environment)).toMatchObject([
    { Variables: { ENDPOINT: 'churn' } },
  ])
  expect(JSON.stringify(templates['churn-base'])).not.toContain('AWS::Lambda')
})
