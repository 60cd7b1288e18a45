import { approve, codecommit, type Definition, definePipeline, deployEndpoint, train } from '@tripoint/pipeline'

const instanceType = 'ml.m5.large'
const source = codecommit({ repository: 'churn', branch: 'main' })
const trainStage = train({ account: 'training', template: 'training.template.json' })
const person = (name: string) => [`arn:aws:iam::111111111111:user/${name}`]

const productions = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`production-${index + 1}`, `33333333333${index + 1}`]),
)

/** The lines that tests of the stacks are about: the smallest, one with everything, and one into many accounts. */
export const SAMPLE_LINES: Readonly<Record<'plain' | 'everything' | 'wide', Definition>> = {
  plain: definePipeline({
    name: 'churn',
    region: 'us-east-1',
    accounts: { shared: '111111111111', training: '222222222222', production: '333333333333' },
    source,
    stages: [trainStage, approve(), deployEndpoint({ account: 'production', endpoint: 'churn', instanceType })],
  }),
  everything: definePipeline({
    name: 'churn',
    region: 'eu-west-1',
    accounts: { shared: '111111111111', training: '222222222222', staging: '444444444444', production: '333333333333' },
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
  wide: definePipeline({
    name: 'customer-churn-2027',
    region: 'ap-southeast-2',
    accounts: { shared: '111111111111', training: '222222222222', ...productions },
    source,
    people: { publishers: person('pub'), approvers: person('pub'), deployers: person('pub') },
    stages: [
      trainStage,
      ...Object.keys(productions).map((account, index) =>
        deployEndpoint({ name: `Go${index + 1}`, account, endpoint: 'churn', instanceType }),
      ),
    ],
  }),
}
