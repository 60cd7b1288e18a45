import { text } from '../infer/field.ts'
import type { Line } from '../infer/line.ts'
import { tasksOf } from '../infer/machine-need.ts'
import { bucketOwner } from '../infer/principal.ts'
import { integrationOf, namePattern, type Task } from '../infer/task.ts'
import { s3Place } from '../infer/training-job.ts'
import { member } from '../template/value.ts'
import type { Rule } from './rule.ts'
import { writtenAt } from './written.ts'

const training = (line: Line): Task[] =>
  line.machines
    .flatMap(machine => tasksOf(machine, line))
    .filter(({ state }) => integrationOf(state.resource ?? '')?.call === 'sagemaker:createTrainingJob')

const output = (task: Task) => member(task.state.parameters, 'OutputDataConfig')
const SECURITY = 'https://docs.aws.amazon.com/sagemaker/latest/dg/API_OutputDataConfig.html'

export const outputWithoutKey: Rule = {
  code: 'output-without-key',
  severity: 'error',
  about: 'a training job writes its model without naming a key',
  covers: ['D5', 'F19'],
  page: SECURITY,
  find: line =>
    training(line)
      .filter(
        task => member(output(task), 'KmsKeyId') === undefined && member(output(task), 'KmsKeyId.$') === undefined,
      )
      .map(task => {
        const [bucket] = s3Place(text(member(output(task), 'S3OutputPath')))
        const owner = bucketOwner(line.world, bucket, task.machine.account)
        return {
          message: `OutputDataConfig of the training job in ${task.state.name} has no KmsKeyId`,
          consequence: `SageMaker encrypts the model with the aws/s3 key of account ${task.machine.account}: no other account can ever read it${
            owner === task.machine.account ? '' : `, ${owner}, whose bucket it lies in, included`
          }`,
          cure: "name the line's key by its ARN: OutputDataConfig.KmsKeyId",
          spot: task.state.spot,
        }
      }),
}

export const retriedJob: Rule = {
  code: 'retried-training-job',
  severity: 'error',
  about: 'a training job that is named after the execution is retried',
  covers: ['F23'],
  page: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html',
  find: line =>
    training(line)
      .filter(task => task.state.retries && namePattern(task, 'TrainingJobName') === task.executions && named(task))
      .map(task => ({
        message: `${task.state.name} is retried, and its training job is named after the execution`,
        consequence:
          'the name of a training job is never free again: every retry fails with ResourceInUse, and hides why the first one did',
        cure: 'retry the execution, not the state: take Retry away',
        spot: task.state.spot,
      })),
}

const named = ({ state }: Task): boolean =>
  /Execution\.Name/.test(
    text(member(state.parameters, 'TrainingJobName.$')) ?? text(member(state.parameters, 'TrainingJobName')) ?? '',
  )

export const latestImage: Rule = {
  code: 'latest-image',
  severity: 'warning',
  about: 'a training job takes whatever image is the latest',
  covers: ['D13'],
  page: 'https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html',
  find: line =>
    training(line).flatMap(task => {
      const image = text(member(member(task.state.parameters, 'AlgorithmSpecification'), 'TrainingImage')) ?? ''
      return /:latest$/.test(image)
        ? [
            {
              message: `the training image is ${image}`,
              consequence: 'two runs of the same commit may train with different code',
              cure: 'name a version, for example sagemaker-xgboost:1.7-1',
              spot: task.state.spot,
            },
          ]
        : []
    }),
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html */
export const fixedRegion: Rule = {
  code: 'fixed-region',
  severity: 'warning',
  about: 'a state machine spells out a region or account that its stack would know',
  covers: ['D13'],
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html',
  find: ({ machines }) =>
    machines.flatMap(machine => {
      const source = JSON.stringify(writtenAt(machine.spot))?.slice(0, 200_000) ?? ''
      const found = [
        ...(/\.dkr\.ecr\.[a-z0-9-]{1,30}\.amazonaws\.com/.exec(source)?.slice(0, 1) ?? []),
        ...(/arn:aws:iam::\d{12}:role/.exec(source)?.slice(0, 1) ?? []),
      ]
      return found.length === 0
        ? []
        : [
            {
              message: `${machine.logicalId} spells out ${found.join(' and ')}`,
              consequence:
                'in another account or region the template deploys and then fails: the image or the role is not there',
              cure: 'use AWS::Region and AWS::AccountId with Fn::Sub, or take the image and the roles as parameters',
              spot: machine.definition,
            },
          ]
    }),
}
