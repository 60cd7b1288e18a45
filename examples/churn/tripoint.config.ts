import { approve, codecommit, definePipeline, deployEndpoint, train } from 'tripoint'

export default definePipeline({
  name: 'churn',
  region: 'us-east-1',
  accounts: { shared: '111111111111', training: '222222222222', production: '333333333333' },
  source: codecommit({ repository: 'churn', branch: 'main' }),
  stages: [
    train({ account: 'training', template: 'training.template.json', data: 'data/' }),
    approve(),
    deployEndpoint({ account: 'production', endpoint: 'churn', instanceType: 'ml.m5.large' }),
  ],
  people: {
    publishers: ['arn:aws:iam::111111111111:user/publisher'],
    approvers: ['arn:aws:iam::111111111111:user/approver'],
  },
})
