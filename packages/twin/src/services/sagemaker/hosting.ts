import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { because, type Cause, discard, Interrupted, isAwsError } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { unpackInto } from '../../runtime/archive.ts'
import { capacity } from '../../runtime/capacity.ts'
import {
  type Invocation,
  type InvocationResult,
  type ModelServer,
  startServer,
  Unreached,
} from '../../runtime/model-server.ts'
import { places } from '../../runtime/places.ts'
import { containerLog } from './container-log.ts'
import { type Deployment, type Endpoint, endpointArn } from './endpoint.ts'
import { ImageRefused, pullImage } from './image.ts'
import { takeRole } from './role.ts'
import { bytesOf, parseS3Uri } from './s3-uri.ts'

interface Hosted {
  readonly server: Promise<ModelServer>
  up: boolean
  invocations: number
}

/** The servers of one twin. */
interface Pool {
  /** By the folder of their deployment, the longest unused first. */
  readonly servers: Map<string, Hosted>
  /** What must be over before the store may close. */
  readonly ending: Set<Promise<unknown>>
}

const pools = new WeakMap<Env, Pool>()

const poolOf = (env: Env): Pool => {
  const pool = pools.get(env) ?? { servers: new Map(), ending: new Set() }
  pools.set(env, pool)
  return pool
}

/** Of the machine, however many twins there are on it. */
const starts = places(capacity.starts)
/** What takes longer to come up does not keep others from it. */
const startMs = 5_000

const end = ({ ending }: Pool, { server }: Hosted): Promise<unknown> => {
  const over = server.then(it => it.stop()).catch(() => {})
  ending.add(over)
  return over.then(() => ending.delete(over))
}

/** More servers than the machine carries: the longest unused makes way, and starts again when it is asked. */
function makeRoom(pool: Pool): void {
  for (const [folder, hosted] of pool.servers) {
    if (pool.servers.size <= capacity.servers) return
    if (!hosted.up || hosted.invocations > 0) continue
    pool.servers.delete(folder)
    void end(pool, hosted)
  }
}

export const endpointsFolder = ({ directory }: Pick<Env, 'directory'>): string =>
  join(directory, 'sagemaker', 'endpoints')

export const directoryOf = (env: Pick<Env, 'directory'>, { folder }: Deployment): string =>
  join(endpointsFolder(env), folder)

/** Fetches the model as the hosting role: image, then data. https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms */
export async function prepare(env: Env, endpoint: Endpoint, deployment: Deployment, cause: Cause): Promise<void> {
  const { model } = deployment
  const { region } = endpoint
  const as = await takeRole(env, { role: model.role, arn: endpointArn(endpoint), region, cause })
  await pullImage(env, as, { image: model.image, cause }).catch((error: unknown) => {
    throw isAwsError(error) ? new ImageRefused(error) : error
  })
  const directory = directoryOf(env, deployment)
  await rm(directory, { recursive: true, force: true })
  if (model.modelData === undefined) return
  const { bucket, key } = parseS3Uri(model.modelData, 'modelDataUrl')
  const { Body } = await env.invoke(as, 's3', 'GetObject', { Bucket: bucket, Key: key }, { cause, region })
  await unpackInto(await bytesOf(Body), join(directory, 'model'))
}

async function start(env: Env, endpoint: Endpoint, deployment: Deployment, cause: Cause): Promise<ModelServer> {
  const { model, variant } = deployment
  const { region } = endpoint
  const as = await takeRole(env, { role: model.role, arn: endpointArn(endpoint), region, cause })
  const group = `/aws/sagemaker/Endpoints/${endpoint.name}`
  const stream = `${variant.name}/i-${deployment.folder.padEnd(17, '0')}`
  const log = containerLog(env, { as, group, stream, region, cause })
  const leave = await starts.take(env.works.stopping())
  const cancel = env.clock.after(startMs, leave)
  try {
    const server = await startServer({
      image: model.image,
      directory: directoryOf(env, deployment),
      environment: { ...model.environment, AWS_REGION: region, SAGEMAKER_REGION: region },
      log: line => log.line(line),
      signal: env.works.stopping(),
    })
    void server.exited.then(() => log.flush())
    // Before the endpoint is in service: whoever sees it there finds the container's first lines in its log.
    await log.flush()
    await putUtilisation(env, endpoint, deployment, as, cause)
    return {
      ...server,
      async stop() {
        await server.stop()
        await log.flush()
      },
    }
  } catch (error) {
    await log.flush()
    throw env.works.stopping().aborted ? new Interrupted() : error
  } finally {
    cancel()
    leave()
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html: the instance's own metrics are put as the role. */
async function putUtilisation(
  env: Env,
  { name, region }: Endpoint,
  { variant }: Deployment,
  as: Awaited<ReturnType<typeof takeRole>>,
  cause: Cause,
): Promise<void> {
  const Dimensions = [
    { Name: 'EndpointName', Value: name },
    { Name: 'VariantName', Value: variant.name },
  ]
  const MetricData = [{ MetricName: 'ContainerCount', Value: 1, Unit: 'Count' as const, Dimensions }]
  const input = { Namespace: '/aws/sagemaker/Endpoints', MetricData }
  await env
    .invoke(as, 'cloudwatch', 'PutMetricData', input, { cause, region })
    .catch((error: unknown) =>
      env.log(`metrics of ${name} are lost: ${error instanceof Error ? error.message : String(error)}`),
    )
}

function hostedOf(env: Env, endpoint: Endpoint, deployment: Deployment, cause: Cause): Hosted {
  const pool = poolOf(env)
  const { folder } = deployment
  const known = pool.servers.get(folder)
  const link = { kind: 'endpoint' as const, id: endpointArn(endpoint), name: endpoint.name }
  const hosted = known ?? { server: start(env, endpoint, deployment, because(cause, link)), up: false, invocations: 0 }
  pool.servers.delete(folder)
  pool.servers.set(folder, hosted)
  if (known !== undefined) return known
  // Another may have taken its place by the time that it is gone.
  const forget = () => void (pool.servers.get(folder) === hosted && pool.servers.delete(folder))
  const up = ({ exited }: ModelServer) => {
    hosted.up = true
    makeRoom(pool)
    return exited
  }
  hosted.server.then(up).then(forget, forget)
  return hosted
}

/** The server of a deployment, started where it does not run (any more): after a crash of its process, or of the twin. */
export const serverOf = (env: Env, endpoint: Endpoint, deployment: Deployment, cause: Cause): Promise<ModelServer> =>
  hostedOf(env, endpoint, deployment, cause).server

async function invoke(hosted: Hosted, invocation: Invocation): Promise<InvocationResult> {
  hosted.invocations++
  try {
    return await (await hosted.server).invoke(invocation)
  } finally {
    hosted.invocations--
  }
}

/** How long after its connections a container that died may be seen to be gone. */
const goneWithinMs = 1_000

/** Asks the deployment's server; one that an invocation did not reach is given its successor, and that is asked. */
export async function ask(
  env: Env,
  endpoint: Endpoint,
  deployment: Deployment,
  { cause, ...invocation }: Invocation & { cause: Cause },
): Promise<InvocationResult> {
  const hosted = hostedOf(env, endpoint, deployment, cause)
  try {
    return await invoke(hosted, invocation)
  } catch (error) {
    if (!(error instanceof Unreached)) throw error
    const { exited } = await hosted.server
    await Promise.race([exited, sleep(goneWithinMs, undefined, { ref: false })])
    return invoke(hostedOf(env, endpoint, deployment, cause), invocation)
  }
}

/** Ends the deployment's server and forgets its files. */
export async function retire(env: Env, deployment: Deployment): Promise<void> {
  const pool = poolOf(env)
  const hosted = pool.servers.get(deployment.folder)
  pool.servers.delete(deployment.folder)
  if (hosted !== undefined) await end(pool, hosted)
  discard(directoryOf(env, deployment))
}

/** Ends all servers of a twin; they start again when they are asked. */
export async function stopServers(env: Env): Promise<void> {
  const pool = poolOf(env)
  for (const hosted of pool.servers.values()) void end(pool, hosted)
  pool.servers.clear()
  await Promise.all(pool.ending)
}
