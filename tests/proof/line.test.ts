import { expect, test } from 'vitest'
import churn from '../../examples/churn/tripoint.config.ts'
import { checked, templatesOf } from './checked.ts'

const report = checked(templatesOf(churn))

test('every access of the list is allowed, each by a statement of every side', () => {
  expect(report.needed.filter(({ verdict }) => verdict !== 'allowed')).toEqual([])
  for (const { access, statements } of report.needed)
    expect([access.id, statements.length]).toEqual([access.id, access.sides.length])
})

test('everything that has to be denied is', () => {
  expect(report.guards.map(({ verdict }) => verdict)).toEqual(report.guards.map(() => 'held'))
  expect(report.guards.length).toBe(6)
})

test('nothing is allowed that is not needed', () => {
  expect(report.excess).toEqual([])
})

test('what is needed on every resource is what AWS knows no resource for', () => {
  expect(report.unscoped.map(({ action }) => action).toSorted()).toEqual([
    'cloudwatch:PutMetricData',
    'codepipeline:PutJobFailureResult',
    'codepipeline:PutJobSuccessResult',
    'ecr:GetAuthorizationToken',
    'lambda:ListFunctions',
  ])
})

test('nobody else reaches anything, and nobody can become somebody of another account but as the line needs it', () => {
  expect(report.reach).toEqual([])
  expect(report.paths).toEqual([])
  expect(report.trusted.map(({ who }) => who)).toContain('administrators of 111111111111 (shared)')
})

test('no template has a finding', () => {
  expect(report.findings).toEqual([])
})

test('nothing is left undecided, and no condition is taken otherwise than it is', () => {
  expect(report.proof.undecided).toEqual([])
  expect(report.proof.approximations).toEqual([])
})
