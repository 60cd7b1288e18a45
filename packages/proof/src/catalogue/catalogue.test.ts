import { expect, test } from 'vitest'
import {
  accessLevel,
  actionsMatching,
  isAction,
  isConditionKey,
  isService,
  nearestAction,
  nearestConditionKey,
  needsStar,
  resourceTypesOf,
} from './catalogue.ts'

test('an action is known whatever its case, and nothing else is', () => {
  expect(
    ['s3:GetObject', 'S3:getobject', 'kms:ReEncrypt', 's3:', 'GetObject', 'toString:x', 's3:constructor'].map(isAction),
  ).toEqual([true, true, false, false, false, false, false])
  expect(['s3', 'constructor', '__proto__'].map(isService)).toEqual([true, false, false])
})

test('an entry of a policy means the actions that it matches', () => {
  expect(actionsMatching('kms:reencrypt*')).toEqual(['kms:ReEncryptFrom', 'kms:ReEncryptTo'])
  expect(actionsMatching('kms:GenerateDataKey')).toEqual(['kms:GenerateDataKey'])
  expect(actionsMatching('codecommit:?etBranch')).toEqual(['codecommit:GetBranch'])
  expect(actionsMatching('*').length).toBeGreaterThan(20_000)
  expect(actionsMatching('nonsense:*')).toEqual([])
})

const nearby: readonly (readonly [string, readonly string[]])[] = [
  ['kms:ReEncrypt', ['kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:ReEncrypt*']],
  ['s3:GetObjects', ['s3:GetObject']],
  ['sagemaker:CreateTrainingJobs', ['sagemaker:CreateTrainingJob']],
  ['state:StartExecution', ['states:StartExecution']],
  ['xyzzyplugh:Foo', []],
]

test.each(nearby)('%s: probably %s', (wrong, meant) => {
  expect(nearestAction(wrong)).toEqual(meant)
})

test('what an action can be allowed on, and how far it goes', () => {
  expect(resourceTypesOf('codecommit:ListBranches')).toEqual([{ name: 'repository', arn: 'arn:*:codecommit:*:*:*' }])
  expect(resourceTypesOf('s3:ListBucket').map(({ arn }) => arn)).toContain('arn:*:s3:::~')
  expect(['lambda:ListFunctions', 'ecr:GetAuthorizationToken', 's3:GetObject', 'no:Such'].map(needsStar)).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(
    ['iam:PutRolePolicy', 's3:GetObject', 's3:ListBucket', 'kms:TagResource', 's3:PutObject'].map(accessLevel),
  ).toEqual(['Permissions management', 'Read', 'List', 'Tagging', 'Write'])
})

test('condition keys, those of every request and those that end in a name of the user', () => {
  const keys = [
    'aws:PrincipalARN',
    'kms:ViaService',
    'kms:EncryptionContext:aws:s3:arn',
    'aws:RequestTag/team',
    's3:prefx',
  ]
  expect(keys.map(isConditionKey)).toEqual([true, true, true, true, false])
  expect(nearestConditionKey('s3:prefx')).toBe('s3:prefix')
})
