import * as sagemaker from '@aws-sdk/client-sagemaker'
import { type Path, type Scene, STRANGE, sent, withRoles } from './path.ts'

const image = ({ deploy }: Scene) => deploy.image
const ResourceConfig = { InstanceType: 'ml.m5.large' as const, InstanceCount: 1, VolumeSizeInGB: 5 }

/** Ways to have SageMaker work as another role, or to serve another model. */
export const modelPaths: readonly Path[] = [
  sent(
    'sagemaker',
    'a training job with a role',
    'sagemaker-002',
    ['iam:PassRole', 'sagemaker:CreateTrainingJob'],
    withRoles(
      ({ train }) => `${train.jobs}-${STRANGE}`,
      (TrainingJobName, RoleArn, scene) =>
        new sagemaker.CreateTrainingJobCommand({
          TrainingJobName,
          RoleArn,
          AlgorithmSpecification: { TrainingImage: image(scene), TrainingInputMode: 'File' },
          OutputDataConfig: { S3OutputPath: `s3://${scene.names.bucket}/models` },
          ResourceConfig,
          StoppingCondition: { MaxRuntimeInSeconds: 60 },
        }),
    ),
  ),
  sent(
    'sagemaker',
    'a model with a role',
    'PMapper',
    ['iam:PassRole', 'sagemaker:CreateModel'],
    withRoles(
      ({ deploy }) => `${deploy.deployments}-${STRANGE}`,
      (ModelName, ExecutionRoleArn, scene) =>
        new sagemaker.CreateModelCommand({ ModelName, ExecutionRoleArn, PrimaryContainer: { Image: image(scene) } }),
    ),
  ),
  sent(
    'sagemaker',
    'the endpoint serves another configuration',
    'the line',
    ['sagemaker:UpdateEndpoint'],
    ({ deploy }) => [
      [
        deploy.endpoint.name,
        new sagemaker.UpdateEndpointCommand({ EndpointName: deploy.endpoint.name, EndpointConfigName: STRANGE }),
      ],
      [
        STRANGE,
        new sagemaker.UpdateEndpointCommand({ EndpointName: STRANGE, EndpointConfigName: `${deploy.deployments}-x` }),
      ],
    ],
  ),
  sent('sagemaker', 'an endpoint of its own', 'the line', ['sagemaker:CreateEndpoint'], ({ deploy }) => [
    [
      STRANGE,
      new sagemaker.CreateEndpointCommand({ EndpointName: STRANGE, EndpointConfigName: `${deploy.deployments}-x` }),
    ],
  ]),
  sent('sagemaker', 'the endpoint deleted', 'the line', ['sagemaker:DeleteEndpoint'], ({ deploy }) =>
    [deploy.endpoint.name, STRANGE].map(name => [name, new sagemaker.DeleteEndpointCommand({ EndpointName: name })]),
  ),
  sent('sagemaker', 'tags of what others made', 'the line', ['sagemaker:AddTags'], ({ deploy, region, account }) =>
    [`endpoint/${deploy.endpoint.name}`, `model/${STRANGE}`, `training-job/${STRANGE}`].map(what => [
      what,
      new sagemaker.AddTagsCommand({
        ResourceArn: `arn:aws:sagemaker:${region}:${account}:${what}`,
        Tags: [{ Key: 'x', Value: 'y' }],
      }),
    ]),
  ),
  sent('sagemaker', "another's job stopped", 'the line', ['sagemaker:StopTrainingJob'], () => [
    [STRANGE, new sagemaker.StopTrainingJobCommand({ TrainingJobName: STRANGE })],
  ]),
  sent('sagemaker', "another's model deleted", 'the line', ['sagemaker:DeleteModel'], () => [
    [STRANGE, new sagemaker.DeleteModelCommand({ ModelName: STRANGE })],
  ]),
]
