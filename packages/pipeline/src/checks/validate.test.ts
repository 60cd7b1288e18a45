import { expect, test } from 'vitest'
import { approve, codecommit, definePipeline, deployEndpoint, train } from './define.ts'
import { InvalidDefinition } from './finding.ts'
import { checkDefinition } from './validate.ts'

const stages = [
  train({ account: 'training', template: 'training.template.json' }),
  approve(),
  deployEndpoint({ account: 'production', endpoint: 'churn', instanceType: 'ml.m5.large' }),
]

const good = {
  name: 'churn',
  region: 'us-east-1',
  accounts: { shared: '111111111111', training: '222222222222', production: '333333333333' },
  source: codecommit({ repository: 'churn', branch: 'main' }),
  stages,
}

const bad: Record<string, [input: unknown, ...paths: string[]]> = {
  nothing: [undefined, '', 'accounts.shared'],
  'a short account id': [{ ...good, accounts: { ...good.accounts, training: '12345' } }, 'accounts.training'],
  'an account id that is a number': [
    { ...good, accounts: { ...good.accounts, training: 222222222222 } },
    'accounts.training',
  ],
  'one account twice': [{ ...good, accounts: { ...good.accounts, production: '222222222222' } }, 'accounts.production'],
  'no shared account': [
    { ...good, accounts: { training: '222222222222', production: '333333333333' } },
    'accounts.shared',
  ],
  'a role that is a stack of every line': [
    { ...good, accounts: { ...good.accounts, base: '444444444444' } },
    'accounts.base',
  ],
  'a region by its name': [{ ...good, region: 'virginia' }, 'region'],
  'a region without XGBoost': [{ ...good, region: 'af-south-1' }, 'stages[0].image'],
  'a name with capitals': [{ ...good, name: 'Churn' }, 'name'],
  'a name that is a folder': [{ ...good, name: 'models' }, 'name'],
  'a name that is the folder of the data': [{ ...good, name: 'data' }, 'stages[0].data'],
  'data where the models are': [
    { ...good, stages: [train({ account: 'training', template: 't.json', data: 'models/raw/' })] },
    'stages[0].data',
  ],
  'one endpoint for two stages': [
    {
      ...good,
      stages: [
        ...stages,
        deployEndpoint({ name: 'Again', account: 'production', endpoint: 'Churn', instanceType: 'ml.m5.large' }),
      ],
    },
    'stages[3].endpoint',
  ],
  'a stage that is called like what another owns': [
    { ...good, stages: [...stages, train({ name: 'Train-Big', account: 'training', template: 't.json' })] },
    'stages[3].name',
  ],
  "an account that is called like its workflow's stack": [
    {
      ...good,
      accounts: { shared: '111111111111', 'train-workflow': '222222222222' },
      stages: [train({ account: 'train-workflow', template: 't.json' })],
    },
    'accounts.train-workflow',
  ],
  "a folder that makes the workflow's parameters too long": [
    { ...good, stages: [train({ account: 'training', template: 't.json', data: `${'deep/'.repeat(120)}` })] },
    'stages[0]',
  ],
  'no stage': [{ ...good, stages: [] }, 'stages'],
  'only an approval': [{ ...good, stages: [approve()] }, 'stages'],
  'a deployment without a model': [{ ...good, stages: [stages[2]] }, 'stages[0]'],
  'an unknown account': [{ ...good, stages: [train({ account: 'nowhere', template: 't.json' })] }, 'stages[0].account'],
  'training in the shared account': [
    { ...good, stages: [train({ account: 'shared', template: 't.json' })] },
    'stages[0].account',
  ],
  'two stages of one name': [{ ...good, stages: [...stages, approve()] }, 'stages[3].name'],
  'a stage name that makes a job name too long': [
    { ...good, stages: [train({ name: 'TrainTheVeryFirstModel', account: 'training', template: 't.json' })] },
    'stages[0].name',
  ],
  'an unknown kind of stage': [{ ...good, stages: [{ kind: 'bake' }, ...stages] }, 'stages[0].kind'],
  'a misspelt field': [{ ...good, stages: [stages[0], { ...stages[2], endpiont: 'x' }] }, 'stages[1].endpiont'],
  'an instance type of EC2': [
    { ...good, stages: [stages[0], { ...stages[2], instanceType: 'm5.large' }] },
    'stages[1].instanceType',
  ],
  'a template outside the repository': [
    { ...good, stages: [train({ account: 'training', template: '../t.json' })] },
    'stages[0].template',
  ],
  'a folder without its slash': [
    { ...good, stages: [train({ account: 'training', template: 't.json', data: 'data' })] },
    'stages[0].data',
  ],
  'a person without an ARN': [{ ...good, people: { approvers: ['ada'] } }, 'people.approvers[0]'],
  'a person of another account': [
    { ...good, people: { approvers: ['arn:aws:iam::222222222222:user/ada'] } },
    'people.approvers[0]',
  ],
}

test.each(Object.entries(bad))('%s is found, with what is allowed and the cure', (_, [input, ...paths]) => {
  const { findings } = checkDefinition(input)
  expect(findings.map(finding => finding.path)).toEqual(paths)
  for (const { allowed, cure } of findings) expect([allowed, cure].map(text => text.length > 3)).toEqual([true, true])
})

test('every finding is told at once, also those between fields', () => {
  const input = {
    ...good,
    name: 'C',
    accounts: { shared: '12345', training: '222222222222', production: '222222222222' },
    stages: [{ ...stages[2], account: 'prod', foo: 1 }],
  }
  expect(checkDefinition(input).findings.map(({ path, value }) => [path, value])).toEqual([
    ['name', 'C'],
    ['accounts.shared', '12345'],
    ['stages[0].foo', 1],
    ['accounts.production', '222222222222'],
    ['stages[0]', 'deployEndpoint without a model'],
    ['stages[0].account', 'prod'],
  ])
  expect(() => definePipeline(input as never)).toThrow(InvalidDefinition)
})

test('what is left out has a default', () => {
  const definition = definePipeline(good)
  expect(definition).toMatchObject({ retrainOn: 'commit', people: { approvers: [] } })
  expect(definition.stages.map(stage => stage.name)).toEqual(['Train', 'Approve', 'Deploy'])
})
