import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Cause } from '../../engine/index.ts'
import type { Env, Principal } from '../../gate/index.ts'
import { packFolder } from '../../runtime/archive.ts'
import { bytesOf, parseS3Uri } from './s3-uri.ts'
import { type TrainingJob, trainingJobArn } from './training-job.ts'

export interface Acting {
  readonly env: Env
  readonly as: Principal
  readonly job: TrainingJob
  readonly cause: Cause
}

export const jobsFolder = ({ directory }: Pick<Env, 'directory'>): string => join(directory, 'sagemaker', 'jobs')

/** The job's `/opt/ml`, while it runs. */
export const jobFolder = (env: Pick<Env, 'directory'>, { account, region, name }: TrainingJob): string =>
  join(jobsFolder(env), account, region, name)

/** Where an object of a channel lies: under the prefix by its own name. */
export const localName = (key: string, prefix: string): string => {
  if (key === prefix) return key.slice(key.lastIndexOf('/') + 1)
  const folder =
    prefix.endsWith('/') || key[prefix.length] === '/' ? prefix : prefix.slice(0, prefix.lastIndexOf('/') + 1)
  return key.slice(folder.length).replace(/^\//, '')
}

const safe = (name: string): boolean => name !== '' && !name.endsWith('/') && !name.split('/').includes('..')

async function downloadChannel({ env, as, job, cause }: Acting, uri: string, folder: string): Promise<void> {
  const { bucket, key: prefix } = parseS3Uri(uri, 's3Uri')
  const options = { cause, region: job.region }
  let token: string | undefined
  do {
    const page = { Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) }
    const { Contents = [], NextContinuationToken } = await env.invoke(as, 's3', 'ListObjectsV2', page, options)
    for (const { Key = '' } of Contents) {
      const name = localName(Key, prefix)
      if (!safe(name)) continue
      const { Body } = await env.invoke(as, 's3', 'GetObject', { Bucket: bucket, Key }, options)
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), await bytesOf(Body))
    }
    token = NextContinuationToken
  } while (token !== undefined)
}

/** Lays out the job's folder: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html */
export async function downloadInput(acting: Acting): Promise<void> {
  const { env, job } = acting
  const folder = jobFolder(env, job)
  await rm(folder, { recursive: true, force: true })
  for (const part of ['input/config', 'input/data']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 })
  const config = (name: string, value: unknown) => writeFile(join(folder, 'input/config', name), JSON.stringify(value))
  const { AlgorithmSpecification, HyperParameters, InputDataConfig, ResourceConfig } = job.request
  const channels = (InputDataConfig ?? []).map(channel => [
    channel.ChannelName ?? '',
    {
      ...(channel.ContentType === undefined ? {} : { ContentType: channel.ContentType }),
      TrainingInputMode: channel.InputMode ?? AlgorithmSpecification?.TrainingInputMode ?? 'File',
      S3DistributionType: 'FullyReplicated',
      RecordWrapperType: 'None',
    },
  ])
  await config('hyperparameters.json', HyperParameters ?? {})
  await config('inputdataconfig.json', Object.fromEntries(channels))
  await config('resourceconfig.json', {
    current_host: 'algo-1',
    current_instance_type: ResourceConfig?.InstanceType,
    hosts: ['algo-1'],
    network_interface_name: 'eth0',
  })
  await config('init-config.json', { trainingJobArn: trainingJobArn(job) })
  for (const channel of InputDataConfig ?? []) {
    const uri = channel.DataSource?.S3DataSource?.S3Uri ?? ''
    await downloadChannel(acting, uri, join(folder, 'input/data', channel.ChannelName ?? ''))
  }
}

/** A container begins with nothing of its own: not even with what one wrote that died with a killed twin. */
export async function clearOutput(env: Env, job: TrainingJob): Promise<void> {
  for (const part of ['model', 'output', 'checkpoints'])
    await rm(join(jobFolder(env, job), part), { recursive: true, force: true })
  for (const part of ['model', 'output/data', 'checkpoints'])
    await mkdir(join(jobFolder(env, job), part), { recursive: true, mode: 0o700 })
}

/**
 * A role whose job names a key for its output needs kms:Encrypt with it, beside what S3 asks for:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
 */
async function checkOutputKey({ env, as, job, cause }: Acting): Promise<void> {
  const { KmsKeyId } = job.request.OutputDataConfig ?? {}
  if (!KmsKeyId) return
  const Plaintext = Buffer.from(job.name)
  await env.invoke(as, 'kms', 'Encrypt', { KeyId: KmsKeyId, Plaintext }, { cause, region: job.region })
}

/**
 * Uploads `model.tar.gz`, and `output.tar.gz` where there is output. Without a key SageMaker asks for SSE-KMS and names none:
 * S3 then takes aws/s3 of the role's account, which no other account can read.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
 */
export async function uploadOutput(
  { env, as, job, cause }: Acting,
  token: (label: string) => string,
): Promise<string | undefined> {
  const folder = jobFolder(env, job)
  const { S3OutputPath = '', KmsKeyId } = job.request.OutputDataConfig ?? {}
  const { bucket, key } = parseS3Uri(S3OutputPath, 's3OutputPath')
  const base = `${key.replace(/\/$/, '')}${key === '' ? '' : '/'}${job.name}/output`.replace(/^\//, '')
  await checkOutputKey({ env, as, job, cause })
  const put = async (from: string, name: string): Promise<string | undefined> => {
    if ((await readdir(from).catch(() => [])).length === 0) return undefined
    const Body = await packFolder(from)
    const encryption = { ServerSideEncryption: 'aws:kms' as const, ...(KmsKeyId ? { SSEKMSKeyId: KmsKeyId } : {}) }
    const input = { Bucket: bucket, Key: `${base}/${name}`, Body, ContentLength: Body.byteLength, ...encryption }
    await env.invoke(as, 's3', 'PutObject', input, { cause, region: job.region, token: token(name) })
    return `s3://${bucket}/${base}/${name}`
  }
  await put(join(folder, 'output/data'), 'output.tar.gz')
  return put(join(folder, 'model'), 'model.tar.gz')
}
