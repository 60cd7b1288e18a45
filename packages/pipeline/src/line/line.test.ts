import { expect, test } from 'vitest'
import type { Access } from '../access/access.ts'
import { approve, codecommit, definePipeline, deployEndpoint, train } from '../checks/define.ts'
import { accessList, ownedRoles, pipelineStages } from './line.ts'

const accounts = {
  shared: '111111111111',
  training: '222222222222',
  production: '333333333333',
  staging: '444444444444',
}
const instanceType = 'ml.m5.large'
const source = codecommit({ repository: 'churn', branch: 'main' })
const trainStage = train({ account: 'training', template: 'training.template.json' })
const person = (name: string) => [`arn:aws:iam::111111111111:user/${name}`]

const lines = {
  plain: definePipeline({
    name: 'churn',
    region: 'us-east-1',
    accounts,
    source,
    stages: [trainStage, approve(), deployEndpoint({ account: 'production', endpoint: 'churn', instanceType })],
  }),
  everything: definePipeline({
    name: 'churn',
    region: 'eu-west-1',
    accounts,
    source,
    retrainOn: 'data',
    people: { publishers: person('pub'), pushers: person('push'), approvers: person('app'), deployers: person('dep') },
    stages: [
      trainStage,
      deployEndpoint({ name: 'Stage', account: 'staging', endpoint: 'churn', instanceType, reportVia: 'self' }),
      approve(),
      deployEndpoint({ account: 'production', endpoint: 'churn', instanceType }),
    ],
  }),
}

const accountOf = ({ principal }: Access) => principal.account

/** Actions that AWS authorises for no resource. */
const WITHOUT_RESOURCE = [
  'cloudwatch:PutMetricData',
  'codepipeline:PutJobFailureResult',
  'codepipeline:PutJobSuccessResult',
  'ecr:GetAuthorizationToken',
  'lambda:ListFunctions',
]

test.each(Object.entries(lines))('the list of the %s line is well formed', (_, definition) => {
  const list = accessList(definition)
  const steps = pipelineStages(definition).flatMap(stage => stage.actions.map(action => `${stage.name}/${action.name}`))
  expect(list.length).toBeGreaterThan(80)
  expect(new Set(list.map(access => access.id)).size).toBe(list.length)
  for (const access of list) {
    expect(access.page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//)
    expect(access.action).toMatch(/^[a-z-0-9]+:[A-Za-z]+$/)
    expect(access.because).not.toBe('')
    if (access.hop !== 'trigger' && access.hop !== 'people') expect(steps).toContain(access.step)
    if (access.absence.does === 'only-on') expect(access.absence.path).toBeDefined()
    if (access.absence.does === 'stops-at') expect(steps).toContain(access.absence.step)
    if (access.resource === '*') expect(WITHOUT_RESOURCE).toContain(access.action)
    else expect(access.resource).toMatch(/^arn:aws:[a-z0-9]+:/)
  }
})

test.each(Object.entries(lines))('each access of the %s line is said on every side that AWS asks', (_, definition) => {
  for (const access of accessList(definition)) {
    const crosses = accountOf(access) !== access.account
    const expected = (): readonly string[] => {
      if (access.action === 'sts:AssumeRole')
        return access.principal.kind === 'service' ? ['trust'] : ['identity', 'trust']
      if (access.action === 'iam:PassRole') return ['pass-role']
      // The key policy speaks of the account and a principal in it: that delegates to identity policies, in A too.
      if (access.action.startsWith('kms:')) return ['identity', 'key']
      if (crosses && access.action.startsWith('s3:')) return ['identity', 'resource']
      return ['identity']
    }
    expect([access.id, ...access.sides]).toEqual([access.id, ...expected()])
  }
})

test('pass-role names the service, and no role is passed to another account', () => {
  for (const access of accessList(lines.everything).filter(({ action }) => action === 'iam:PassRole')) {
    expect(access.conditions?.StringEquals?.['iam:PassedToService']).toMatch(/\.amazonaws\.com$/)
    expect(accountOf(access)).toBe(access.account)
  }
})

test('every role of the line is trusted by exactly one, and by no account', () => {
  const trusts = accessList(lines.everything).filter(access => access.sides.includes('trust'))
  for (const { role } of ownedRoles(lines.everything))
    expect(trusts.filter(({ resource }) => resource === role.arn)).toHaveLength(1)
})

test('a second production account and reporting by the function itself are more entries', () => {
  const ids = accessList(lines.everything).map(access => access.id)
  expect(ids).toContain('stage/deployer-role/codepipeline:PutJobSuccessResult/job')
  expect(ids).toContain('deploy/reporter-role/codepipeline:PutJobSuccessResult/job')
  expect(ids).not.toContain('stage/reporter-role/codepipeline:PutJobSuccessResult/job')
})
