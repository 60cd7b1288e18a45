import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { because, type Cause, Interrupted } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { unpackInto } from '../../runtime/archive.ts'
import {
  type Invocation,
  type InvocationResult,
  type ModelServer,
  startServer,
  Unreached,
} from '../../runtime/model-server.ts'
import { containerLog } from './container-log.ts'
import { type Deployment, type Endpoint, endpointArn } from './endpoint.ts'
import { pullImage } from './image.ts'
import { takeRole } from './role.ts'
import { bytesOf, parseS3Uri } from './s3-uri.ts'

/** Servers by the folder of their deployment; those of one twin. */
type Pool = Map<string, Promise<ModelServer>>

const pools = new WeakMap<Env, Pool>()

const poolOf = (env: Env): Pool => {
  const pool = pools.get(env) ?? new Map<string, Promise<ModelServer>>()
  pools.set(env, pool)
  return pool
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
  await pullImage(env, as, { image: model.image, cause })
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

/** The server of a deployment, started where it does not run (any more): after a crash of its process, or of the twin. */
export function serverOf(env: Env, endpoint: Endpoint, deployment: Deployment, cause: Cause): Promise<ModelServer> {
  const pool = poolOf(env)
  const running = pool.get(deployment.folder)
  if (running) return running
  const link = { kind: 'endpoint' as const, id: endpointArn(endpoint), name: endpoint.name }
  const starting = start(env, endpoint, deployment, because(cause, link))
  pool.set(deployment.folder, starting)
  // Another may have taken its place by the time that it is gone.
  const forget = () => void (pool.get(deployment.folder) === starting && pool.delete(deployment.folder))
  starting.then(({ exited }) => exited).then(forget, forget)
  return starting
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
  const server = await serverOf(env, endpoint, deployment, cause)
  try {
    return await server.invoke(invocation)
  } catch (error) {
    if (!(error instanceof Unreached)) throw error
    await Promise.race([server.exited, sleep(goneWithinMs, undefined, { ref: false })])
    return (await serverOf(env, endpoint, deployment, cause)).invoke(invocation)
  }
}

/** Ends the deployment's server and forgets its files. */
export async function retire(env: Env, deployment: Deployment): Promise<void> {
  const running = poolOf(env).get(deployment.folder)
  poolOf(env).delete(deployment.folder)
  await running?.then(server => server.stop()).catch(() => {})
  await rm(directoryOf(env, deployment), { recursive: true, force: true })
}

/** Ends all servers of a twin; they start again when they are asked. */
export async function stopServers(env: Env): Promise<void> {
  const running = [...poolOf(env).values()]
  poolOf(env).clear()
  await Promise.all(running.map(server => server.then(it => it.stop()).catch(() => {})))
}
