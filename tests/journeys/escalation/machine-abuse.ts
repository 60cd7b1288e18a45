import * as states from '@aws-sdk/client-sfn'
import { sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import type { Actor } from './actor.ts'
import { BYSTANDERS } from './bystanders.ts'
import { everything, type Scene } from './path.ts'

interface Task {
  readonly Resource: string
  readonly Parameters: object
  readonly Credentials?: object
}

const sdk = (action: string, Parameters: object): Task => ({
  Resource: `arn:aws:states:::aws-sdk:${action}`,
  Parameters,
})

/** What a committer could write into the state machine's definition: it runs as the workflow's role, which may do none of it. */
export const TASKS: Readonly<Record<string, (scene: Scene) => Task>> = {
  'rights for its own role': ({ train }) =>
    sdk('iam:putRolePolicy', { RoleName: train.workflowRole.name, PolicyName: 'all', PolicyDocument: everything }),
  'a key for a user': () => sdk('iam:createAccessKey', { UserName: BYSTANDERS.user }),
  'the pipeline’s role': ({ names }) =>
    sdk('sts:assumeRole', { RoleArn: names.pipelineRole.arn, RoleSessionName: 'escalation' }),
  'the deployer’s role': ({ deploy }) =>
    sdk('sts:assumeRole', { RoleArn: deploy.deployerRole.arn, RoleSessionName: 'escalation' }),
  'the administrator’s role, as the task’s credentials': ({ home }) => ({
    ...sdk('iam:listRoles', {}),
    Credentials: { RoleArn: home.administratorArn },
  }),
  'the training role, as the task’s credentials': ({ train, names }) => ({
    ...sdk('s3:listObjectsV2', { Bucket: names.bucket, Prefix: 'data/' }),
    Credentials: { RoleArn: train.trainingRole.arn },
  }),
  'a function of the people': () => ({
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: BYSTANDERS.function },
  }),
  'a state machine of the people': ({ home }) => ({
    Resource: 'arn:aws:states:::states:startExecution',
    Parameters: { StateMachineArn: home.machineArn, Input: {} },
  }),
  'its own definition': ({ train }) =>
    sdk('sfn:updateStateMachine', { StateMachineArn: train.stateMachine.arn, RoleArn: train.workflowRole.arn }),
  'a stack': () => sdk('cloudformation:createStack', { StackName: 'escalation', TemplateBody: '{"Resources":{}}' }),
  'a training job with the administrator’s role': scene =>
    job(scene, scene.home.administratorArn, `${scene.train.jobs}-x`),
  'a training job with its own role': scene => job(scene, scene.train.workflowRole.arn, `${scene.train.jobs}-x`),
  'a training job of another name': scene => job(scene, scene.train.trainingRole.arn, 'escalation'),
  'a grant on the key': ({ keyArn, actor }) =>
    sdk('kms:createGrant', { KeyId: keyArn, GranteePrincipal: actor.arn, Operations: ['Decrypt'] }),
  'the source artifact': ({ names, objects }) =>
    sdk('s3:putObject', { Bucket: names.bucket, Key: objects.artifact, Body: 'x' }),
  'the training data': ({ names, objects }) => sdk('s3:getObject', { Bucket: names.bucket, Key: objects.data }),
}

const job = ({ deploy, names }: Scene, RoleArn: string, TrainingJobName: string) =>
  sdk('sagemaker:createTrainingJob', {
    TrainingJobName,
    RoleArn,
    AlgorithmSpecification: { TrainingImage: deploy.image, TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: `s3://${names.bucket}/models` },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  })

interface Caught {
  readonly Error?: string
  readonly Cause?: string
}

/** What became of each task, in the execution of a state machine that tries them all. */
export async function runTasks(
  scene: Scene,
  by: { writer: Actor; starter: Actor; reader: Actor['send'] },
): Promise<Record<string, string>> {
  const stateMachineArn = scene.train.stateMachine.arn
  const branch = (name: string, task: Task) => ({
    StartAt: name,
    States: {
      [name]: { Type: 'Task', ...task, End: true, Catch: [{ ErrorEquals: ['States.ALL'], Next: `${name}, refused` }] },
      [`${name}, refused`]: { Type: 'Pass', End: true },
    },
  })
  const definition = JSON.stringify({
    StartAt: 'All',
    States: {
      All: {
        Type: 'Parallel',
        End: true,
        Branches: Object.entries(TASKS).map(([name, make]) => branch(name, make(scene))),
      },
    },
  })
  await by.writer.send('states', new states.UpdateStateMachineCommand({ stateMachineArn, definition }))
  const { executionArn } = await by.starter.send<states.StartExecutionCommandOutput>(
    'states',
    new states.StartExecutionCommand({ stateMachineArn, name: `${scene.train.jobs}-escalation` }),
  )
  const describe = () =>
    by.reader<states.DescribeExecutionCommandOutput>('states', new states.DescribeExecutionCommand({ executionArn }))
  let ended = await describe()
  for (; ended.status === 'RUNNING'; ended = await describe()) await sleep(5)
  if (ended.output === undefined) throw new Error(`the execution ended otherwise: ${ended.error} ${ended.cause}`)
  const outputs = JSON.parse(ended.output) as Caught[]
  return Object.fromEntries(
    Object.keys(TASKS).map((name, at) => [name, `${outputs[at]?.Error}: ${outputs[at]?.Cause}`]),
  )
}
