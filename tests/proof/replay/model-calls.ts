import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as states from '@aws-sdk/client-sfn'
import { type Call, last, type Recipe, tail, text, to, type Witness } from './call.ts'

const kindOf = (witness: Witness) => tail(witness).split('/', 1)[0]

const config = (it: Witness, endpoint: string) => ({
  EndpointName: kindOf(it) === 'endpoint' ? last(it) : endpoint,
  EndpointConfigName: kindOf(it) === 'endpoint-config' ? last(it) : 'churn-deploy-no-such',
})

/** A role is handed over with what is made: the names are such as the line's roles may make. */
const PASSED: Readonly<Record<string, (role: string) => Call>> = {
  'cloudformation.amazonaws.com': RoleARN => ({
    service: 'cloudformation',
    command: new cloudformation.CreateStackCommand({ StackName: 'churn-train-workflow', TemplateBody: '{}', RoleARN }),
  }),
  'states.amazonaws.com': roleArn => ({
    service: 'states',
    command: new states.CreateStateMachineCommand({ name: 'churn-train', roleArn, definition: '{}' }),
  }),
  'sagemaker.amazonaws.com': RoleArn => ({
    service: 'sagemaker',
    command: RoleArn.includes(':333333333333:')
      ? new sagemaker.CreateModelCommand({ ModelName: 'churn-deploy-replay', ExecutionRoleArn: RoleArn })
      : training('churn-train-replay', RoleArn),
  }),
}

/** Without an image it is refused, after its permissions were asked for. */
const training = (TrainingJobName: string, RoleArn: string) =>
  new sagemaker.CreateTrainingJobCommand({
    TrainingJobName,
    RoleArn,
    AlgorithmSpecification: { TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: 's3://x/' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 1 },
  })

export const MODELS: Readonly<Record<string, Recipe>> = {
  'iam:PassRole': {
    keys: ['iam:PassedToService'],
    call: witness => PASSED[text(witness, 'iam:PassedToService') ?? '']?.(witness.resource),
  },
  'sagemaker:AddTags': to(
    'sagemaker',
    it => new sagemaker.AddTagsCommand({ ResourceArn: it.resource, Tags: [{ Key: 'replay', Value: 'x' }] }),
  ),
  'sagemaker:ListTags': to('sagemaker', it => new sagemaker.ListTagsCommand({ ResourceArn: it.resource })),
  'sagemaker:CreateTrainingJob': to('sagemaker', it =>
    training(last(it), 'arn:aws:iam::222222222222:role/churn-train-training-us-east-1'),
  ),
  'sagemaker:DescribeTrainingJob': to(
    'sagemaker',
    it => new sagemaker.DescribeTrainingJobCommand({ TrainingJobName: last(it) }),
  ),
  'sagemaker:StopTrainingJob': to(
    'sagemaker',
    it => new sagemaker.StopTrainingJobCommand({ TrainingJobName: last(it) }),
  ),
  'sagemaker:CreateModel': to(
    'sagemaker',
    it =>
      new sagemaker.CreateModelCommand({
        ModelName: last(it),
        ExecutionRoleArn: 'arn:aws:iam::333333333333:role/churn-deploy-hosting-us-east-1',
      }),
  ),
  'sagemaker:DeleteModel': to('sagemaker', it => new sagemaker.DeleteModelCommand({ ModelName: last(it) })),
  'sagemaker:CreateEndpointConfig': to(
    'sagemaker',
    it => new sagemaker.CreateEndpointConfigCommand({ EndpointConfigName: last(it), ProductionVariants: [] }),
  ),
  'sagemaker:DeleteEndpointConfig': to(
    'sagemaker',
    it => new sagemaker.DeleteEndpointConfigCommand({ EndpointConfigName: last(it) }),
  ),
  'sagemaker:CreateEndpoint': to('sagemaker', it => new sagemaker.CreateEndpointCommand(config(it, 'churn'))),
  'sagemaker:UpdateEndpoint': to('sagemaker', it => new sagemaker.UpdateEndpointCommand(config(it, 'churn'))),
  'sagemaker:DescribeEndpoint': to(
    'sagemaker',
    it => new sagemaker.DescribeEndpointCommand({ EndpointName: last(it) }),
  ),
  'sagemaker:DeleteEndpoint': to('sagemaker', it => new sagemaker.DeleteEndpointCommand({ EndpointName: last(it) }), {
    destroys: true,
  }),
}
