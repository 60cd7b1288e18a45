import { type Access, jobAccesses, trainingTaskAccesses } from '@tripoint/pipeline'
import { member } from '../template/value.ts'
import { bucketArn, keyArnOf } from './artifact.ts'
import { list, text } from './field.ts'
import type { Line } from './line.ts'
import { bucketOwner, isRole, ownerOf, roleOf } from './principal.ts'
import { namePattern, sagemaker, said, type Task } from './task.ts'

/** A training job: what the task needs to start it, and what the job's own role needs to run it. */
export function trainingNeeds(task: Task): Access[] {
  const { state, machine, step } = task
  const role = said(task, 'RoleArn')
  const train = {
    id: machine.logicalId.toLowerCase(),
    account: machine.account,
    steps: { workflow: step, run: step },
    trainingJobsArn: sagemaker(task, 'training-job', 'TrainingJobName'),
    workflowRole: roleOf(machine.role, 'workflow'),
    trainingRole: roleOf(role, 'training'),
  }
  const sync = task.wait === '.sync'
  const starts = trainingTaskAccesses(train).filter(
    access =>
      (isRole(role) || access.resource !== role) && (sync || !/:(AddTags|Describe|ListTags|Stop)/.test(access.action)),
  )
  return isRole(role)
    ? [...starts, ...job(task, role, namePattern({ state, executions: task.executions }, 'TrainingJobName'))]
    : starts
}

function job(task: Task, role: string, jobName: string): Access[] {
  const { state, machine, line, step } = task
  const output = member(state.parameters, 'OutputDataConfig')
  const [bucket, prefix] = s3Place(text(member(output, 'S3OutputPath')))
  const image = imageIn(text(member(member(state.parameters, 'AlgorithmSpecification'), 'TrainingImage')))
  const writeKey = outputKey(task)
  const inputs = list(member(state.parameters, 'InputDataConfig')).map(channel => {
    const source = member(member(channel, 'DataSource'), 'S3DataSource')
    return s3Place(text(member(source, 'S3Uri')))
  })
  const jobs = jobName.endsWith('-*') ? jobName.slice(0, -2) : jobName
  const trains = (inBucket: string, folder: string, keyArn: string) =>
    jobAccesses(
      {
        account: bucketOwner(line.world, inBucket, line.pipelines[0]?.account ?? machine.account),
        region: machine.region,
        bucketArn: bucketArn(inBucket),
        keyArn,
      },
      {
        id: machine.logicalId.toLowerCase(),
        account: machine.account,
        steps: { workflow: step, run: step },
        trainingRole: roleOf(role, 'training'),
        dataArn: `${bucketArn(inBucket)}/${folder}*`,
        modelsArn: modelsArn(bucket, prefix, jobName),
        image,
        jobs,
      },
      folder,
    ).map(access =>
      // A job's streams are called like the job, a slash, and the container.
      access.resource.endsWith(`:log-stream:${jobs}-*`)
        ? {
            ...access,
            resource: `${access.resource.slice(0, -jobs.length - 2)}${jobName}${jobName.endsWith('*') ? '' : '/*'}`,
          }
        : access,
    )
  const readKey = (inBucket: string) => dataKey(line, inBucket) ?? writeKey
  const unnamed = writeKey === ''
  return inputs
    .flatMap(([inBucket, folder]) => {
      const key = readKey(inBucket)
      return trains(inBucket, folder, key).filter(
        // Without a key of its own the output lies under the account's aws/s3 key, which needs no permission.
        access => access.resource !== key || !unnamed || access.action === 'kms:Decrypt',
      )
    })
    .filter(
      access =>
        access.resource !== '' &&
        !access.resource.startsWith('arn:aws:s3:::/') &&
        (image !== '' || !access.resource.startsWith('arn:aws:ecr:')),
    )
    .map(access =>
      access.resource.startsWith('arn:aws:kms:')
        ? { ...access, account: ownerOf(access.resource, access.account) }
        : access,
    )
}

/** A URI of an image in ECR; anything else names no repository. */
export const imageIn = (uri: string | undefined): string =>
  uri !== undefined && /^\d{12}\.dkr\.ecr\.[\w-]{1,40}\.amazonaws\.com\/[^:]{1,300}:./.test(uri) ? uri : ''

/** The key that objects of a bucket lie under: a pipeline's, whose store it is, or the bucket's default. */
function dataKey({ pipelines, world }: Line, bucket: string): string | undefined {
  const store = pipelines.flatMap(pipeline => pipeline.stores).find(each => each.bucket === bucket)
  if (store?.key !== undefined) return keyArnOf(store.key) || undefined
  const found = world.resources.find(resource => resource.type === 'AWS::S3::Bucket' && resource.name === bucket)
  const rules = list(member(found?.properties.BucketEncryption, 'ServerSideEncryptionConfiguration'))
  const key = text(member(member(rules[0], 'ServerSideEncryptionByDefault'), 'KMSMasterKeyID'))
  return keyArnOf(key) || undefined
}

/** The key that a job names for its output. */
export const outputKey = ({ state }: Pick<Task, 'state'>): string =>
  keyArnOf(text(member(member(state.parameters, 'OutputDataConfig'), 'KmsKeyId')))

/** Where a job of a name writes its model. */
export const modelsArn = (bucket: string, prefix: string, job: string): string =>
  `${bucketArn(bucket)}/${prefix}${prefix === '' ? '' : '/'}${job}${job.endsWith('*') ? '' : '/*'}`

/** `s3://bucket/models/` → bucket, `models` */
export function s3Place(uri: string | undefined): readonly [bucket: string, prefix: string] {
  if (!uri?.startsWith('s3://')) return ['', '']
  const [bucket = '', ...rest] = uri.slice(5).split('/')
  return [bucket, rest.join('/').replace(/\/$/, '')]
}
