import { placedInputs } from '../infer/deployed.ts'
import type { Input } from '../world/input.ts'
import { readWorld } from '../world/read-world.ts'
import type { World } from '../world/world.ts'

// biome-ignore lint/suspicious/noExplicitAny: templates that cases change freely
export type Free = any

const A = '111111111111'
const B = '222222222222'
const C = '333333333333'
const KEY = `arn:aws:kms:us-east-1:${A}:key/shared-Key`
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`

const made = (name: string, principal: object, statements: readonly object[] = []) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...principal }],
    },
    ...(statements.length === 0
      ? {}
      : { Policies: [{ PolicyName: 'access', PolicyDocument: { Version: '2012-10-17', Statement: statements } }] }),
  },
})
const service = (name: string) => ({ Principal: { Service: `${name}.amazonaws.com` } })
const exactly = (account: string, name: string) => ({
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Condition: { ArnEquals: { 'aws:PrincipalArn': role(account, name) } },
})
const type = (Category: string, Provider: string) => ({ Category, Owner: 'AWS', Provider, Version: '1' })

/** As templates and definitions write a variable. */
export const variable = (name: string): string => `$\{${name}}`

const CODE = `
const { SageMakerClient, CreateModelCommand, CreateEndpointCommand } = require('@aws-sdk/client-sagemaker')
const { CodePipelineClient, PutJobSuccessResultCommand, PutJobFailureResultCommand } = require('@aws-sdk/client-codepipeline')
exports.handler = async event => { console.log(event['CodePipeline.job'].id) }
`

/** A line of three accounts that no rule has anything to say of. */
export const soundLine = (): Record<'shared' | 'training' | 'production' | 'workflow', Free> => ({
  shared: {
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          EnableKeyRotation: true,
          KeyPolicy: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'kms:*', Resource: '*' },
              { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...exactly(B, 'training') },
            ],
          },
        },
      },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'store',
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                ServerSideEncryptionByDefault: {
                  SSEAlgorithm: 'aws:kms',
                  KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
                },
              },
            ],
          },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          VersioningConfiguration: { Status: 'Enabled' },
        },
      },
      BucketPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:PutObject',
                Resource: 'arn:aws:s3:::store/*',
                Condition: {
                  Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'false' },
                  ArnNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY },
                },
              },
            ],
          },
        },
      },
      PipelineRole: made('pipeline', service('codepipeline')),
      TriggerRole: made('trigger', service('events')),
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['aws.codecommit'] },
          Targets: [{ Id: 'p', Arn: `arn:aws:codepipeline:us-east-1:${A}:line`, RoleArn: role(A, 'trigger') }],
        },
      },
      Pipeline: {
        Type: 'AWS::CodePipeline::Pipeline',
        Properties: {
          Name: 'line',
          RoleArn: role(A, 'pipeline'),
          ArtifactStore: { Type: 'S3', Location: 'store', EncryptionKey: { Id: KEY, Type: 'KMS' } },
          Stages: [
            {
              Name: 'Source',
              Actions: [
                {
                  Name: 'Source',
                  ActionTypeId: type('Source', 'CodeCommit'),
                  Configuration: { RepositoryName: 'line', BranchName: 'main', PollForSourceChanges: false },
                  OutputArtifacts: [{ Name: 'Source' }],
                },
              ],
            },
            {
              Name: 'Train',
              Actions: [
                {
                  Name: 'Deploy',
                  ActionTypeId: type('Deploy', 'CloudFormation'),
                  Configuration: {
                    ActionMode: 'CREATE_UPDATE',
                    StackName: 'workflow',
                    RoleArn: role(B, 'cloudformation'),
                    TemplatePath: 'Source::workflow.json',
                    ParameterOverrides: JSON.stringify({ Region: 'us-east-1' }),
                  },
                  InputArtifacts: [{ Name: 'Source' }],
                  Namespace: 'workflow',
                  RoleArn: role(B, 'action'),
                },
                {
                  Name: 'Run',
                  ActionTypeId: type('Invoke', 'StepFunctions'),
                  Configuration: { StateMachineArn: '#{workflow.Machine}', ExecutionNamePrefix: 'job' },
                  Namespace: 'train',
                  RoleArn: role(B, 'action'),
                },
              ],
            },
            {
              Name: 'Deploy',
              Actions: [
                {
                  Name: 'Deploy',
                  ActionTypeId: type('Invoke', 'Lambda'),
                  Configuration: { FunctionName: 'deployer', UserParameters: '#{train.ExecutionArn}' },
                  RoleArn: role(C, 'invoke'),
                },
              ],
            },
          ],
        },
      },
    },
  },
  training: {
    Resources: {
      Action: made('action', exactly(A, 'pipeline')),
      CloudFormation: made('cloudformation', service('cloudformation')),
      Workflow: made('workflow', service('states')),
      Training: made('training', service('sagemaker')),
    },
  },
  workflow: {
    Parameters: { Region: { Type: 'String' } },
    Resources: {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          RoleArn: { 'Fn::Sub': `arn:aws:iam::${variable('AWS::AccountId')}:role/workflow` },
          DefinitionSubstitutions: {
            Role: { 'Fn::Sub': `arn:aws:iam::${variable('AWS::AccountId')}:role/training` },
            Region: { Ref: 'Region' },
          },
          Definition: {
            StartAt: 'Train',
            States: {
              Train: {
                Type: 'Task',
                Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
                Parameters: {
                  'TrainingJobName.$': '$$.Execution.Name',
                  RoleArn: variable('Role'),
                  AlgorithmSpecification: { TrainingImage: `${C}.dkr.ecr.${variable('Region')}.amazonaws.com/image:1` },
                  InputDataConfig: [{ DataSource: { S3DataSource: { S3Uri: 's3://store/data/' } } }],
                  OutputDataConfig: { S3OutputPath: 's3://store/models', KmsKeyId: KEY },
                },
                End: true,
              },
            },
          },
        },
      },
    },
    Outputs: { Machine: { Value: { Ref: 'Machine' } } },
  },
  production: {
    Resources: {
      Invoke: made('invoke', exactly(A, 'pipeline')),
      DeployerRole: made('deployer', service('lambda')),
      Deployer: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'deployer',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['DeployerRole', 'Arn'] },
          Code: { ZipFile: CODE },
        },
      },
    },
  },
})

const ACCOUNTS = { shared: A, training: B, production: C }

export function worldOf(line: Readonly<Record<string, Free>>): World {
  const inputs = Object.entries(line).map(
    ([name, template]): Input => ({
      name: `${name}.json`,
      text: JSON.stringify(template, null, 1),
      ...(name in ACCOUNTS ? { stack: name, account: ACCOUNTS[name as keyof typeof ACCOUNTS] } : {}),
    }),
  )
  return readWorld(placedInputs(inputs))
}
