import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as events from '@aws-sdk/client-eventbridge'
import * as lambda from '@aws-sdk/client-lambda'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as states from '@aws-sdk/client-sfn'
import type { Send } from '../escalation/account.ts'
import { code } from '../escalation/bystanders.ts'

const image = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1'

export const otherPipeline = (name: string, roleArn: string, bucket: string): codepipeline.PipelineDeclaration => ({
  name,
  roleArn,
  artifactStore: { type: 'S3', location: bucket },
  stages: [
    {
      name: 'Source',
      actions: [
        {
          name: 'Source',
          actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeCommit', version: '1' },
          configuration: { RepositoryName: 'churn', BranchName: 'main' },
          outputArtifacts: [{ name: 'source' }],
        },
      ],
    },
    {
      name: 'Approve',
      actions: [
        { name: 'Approve', actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } },
      ],
    },
  ],
})

/** A service of somebody's account is asked to take a role of the line. */
export const DEPUTIES: Readonly<Record<string, (send: Send, role: string) => Promise<unknown>>> = {
  codepipeline: (send, role) =>
    send('codepipeline', new codepipeline.CreatePipelineCommand({ pipeline: otherPipeline('deputy', role, 'bucket') })),
  states: (send, roleArn) =>
    send(
      'states',
      new states.CreateStateMachineCommand({
        name: 'deputy',
        roleArn,
        definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
      }),
    ),
  lambda: (send, Role) =>
    send(
      'lambda',
      new lambda.CreateFunctionCommand({
        FunctionName: 'deputy',
        Role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: code },
      }),
    ),
  training: (send, RoleArn) =>
    send(
      'sagemaker',
      new sagemaker.CreateTrainingJobCommand({
        TrainingJobName: 'deputy',
        RoleArn,
        AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
        OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      }),
    ),
  hosting: (send, ExecutionRoleArn) =>
    send(
      'sagemaker',
      new sagemaker.CreateModelCommand({ ModelName: 'deputy', ExecutionRoleArn, PrimaryContainer: { Image: image } }),
    ),
  cloudformation: (send, RoleARN) =>
    send(
      'cloudformation',
      new cloudformation.CreateStackCommand({
        StackName: 'deputy',
        RoleARN,
        TemplateBody: '{"Resources":{"B":{"Type":"AWS::S3::Bucket"}}}',
      }),
    ),
  events: async (send, RoleArn) => {
    await send('events', new events.PutRuleCommand({ Name: 'deputy', EventPattern: '{"source":["deputy"]}' }))
    const target = { Id: 'deputy', Arn: `arn:aws:codepipeline:us-east-1:${RoleArn.split(':')[4]}:churn`, RoleArn }
    return send('events', new events.PutTargetsCommand({ Rule: 'deputy', Targets: [target] }))
  },
}
