'use strict'

// The deployer: CodePipeline invokes it, it makes the endpoint serve the model that was just trained, and reports back.
// It never waits: it answers "in progress" with a continuation token and is invoked again. Each step may run twice.
// The event holds credentials: it is never logged.

const {
  CodePipelineClient,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} = require('@aws-sdk/client-codepipeline')
const sagemaker = require('@aws-sdk/client-sagemaker')
const { AssumeRoleCommand, STSClient } = require('@aws-sdk/client-sts')

const env = process.env
const client = new sagemaker.SageMakerClient({})
const HISTORY = 'tripoint:deployments'
const MOVING = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']

exports.handler = async event => {
  const job = event['CodePipeline.job']
  const report = await reporter(job.id)
  try {
    const next = await advance(stateOf(job))
    console.log(next.summary)
    await report.success(next)
  } catch (error) {
    noted(error)
    if (!over(error)) await report.failure(error.message).catch(unlessOver)
  }
}

// Lambda invokes at least once: the other invocation has reported.
const over = error => error.name === 'InvalidJobStateException'

function unlessOver(error) {
  if (!over(error)) throw error
}

/** Where this deployment stands: from the token, or new. `id` is a uuid; the model and the configuration carry it. */
function stateOf(job) {
  const { continuationToken, actionConfiguration } = job.data
  if (continuationToken) return JSON.parse(continuationToken)
  const { executionArn } = JSON.parse(actionConfiguration.configuration.UserParameters)
  if (!executionArn.startsWith(env.EXECUTIONS))
    throw new Error(
      `${executionArn} is not an execution of the training workflow: it does not begin with ${env.EXECUTIONS}`,
    )
  return { id: job.id, training: executionArn.slice(executionArn.lastIndexOf(':') + 1), history: [], asked: false }
}

/** One step towards the endpoint InService with this deployment's configuration. Without `done`, there are more. */
async function advance(state) {
  const endpoint = await describe()
  if (endpoint === undefined) return create(state)
  const { EndpointStatus: status, EndpointConfigName: config, FailureReason: reason } = endpoint
  const ours = config === nameOf(state.id)
  // Invoked twice, the second call finds the update that the first one asked for.
  if (MOVING.includes(status))
    return {
      ...state,
      asked: state.asked || updatesTo(state, endpoint),
      summary: `endpoint ${env.ENDPOINT} is ${status}`,
    }
  if (status === 'Failed') return ours ? failed(state, endpoint, reason) : replace(state, endpoint)
  if (ours && status === 'InService') return finished(state, endpoint)
  // Back on the old configuration: an update that failed ends InService too.
  if (state.asked) return failed(state, endpoint, `rolled back to ${config}: ${reason ?? status}`)
  return update(state, endpoint)
}

const updatesTo = (state, endpoint) =>
  endpoint?.EndpointStatus === 'Updating' &&
  [endpoint.EndpointConfigName, endpoint.PendingDeploymentSummary?.EndpointConfigName].includes(nameOf(state.id))

async function describe() {
  try {
    return await client.send(new sagemaker.DescribeEndpointCommand({ EndpointName: env.ENDPOINT }))
  } catch (error) {
    if (missing(error)) return undefined
    throw error
  }
}

async function create(state) {
  await prepared(state)
  const history = [state.id, ...state.history.filter(id => id !== state.id)]
  try {
    await client.send(
      new sagemaker.CreateEndpointCommand({
        EndpointName: env.ENDPOINT,
        EndpointConfigName: nameOf(state.id),
        Tags: [{ Key: HISTORY, Value: written(history) }],
      }),
    )
  } catch (error) {
    if (exists(error)) return { ...state, summary: `endpoint ${env.ENDPOINT} is being created` }
    await discard(state.id)
    throw error
  }
  return { ...state, history, summary: `creating endpoint ${env.ENDPOINT}` }
}

async function update(state, endpoint) {
  const history = await read(endpoint)
  refuseLate(state, history)
  await prepared(state)
  await write(endpoint, [state.id, ...history.filter(id => id !== state.id)])
  try {
    await client.send(
      new sagemaker.UpdateEndpointCommand({ EndpointName: env.ENDPOINT, EndpointConfigName: nameOf(state.id) }),
    )
  } catch (error) {
    // Invoked twice at the same time, the other call was the first to ask: what it asked for must stay.
    if (!updatesTo(state, await describe())) {
      await write(endpoint, history)
      await discard(state.id)
      throw error
    }
  }
  return { ...state, asked: true, summary: `updating endpoint ${env.ENDPOINT}` }
}

/** A failed endpoint cannot be updated, only deleted and created anew; its tags go with it, so the token carries them. */
async function replace(state, endpoint) {
  const history = await read(endpoint)
  await client.send(new sagemaker.DeleteEndpointCommand({ EndpointName: env.ENDPOINT }))
  return { ...state, history, summary: `deleting the failed endpoint ${env.ENDPOINT}` }
}

async function failed(state, endpoint, reason) {
  const history = await read(endpoint).catch(noted)
  refuseLate(state, history ?? [])
  await discard(state.id)
  if (history?.includes(state.id))
    await write(
      endpoint,
      history.filter(id => id !== state.id),
    ).catch(noted)
  throw new Error(`endpoint ${env.ENDPOINT}: ${reason ?? 'failed without a reason'}`)
}

const noted = error => void console.error(`${error.name}: ${error.message}`)

/** An invocation that is repeated after a later deployment must neither bring its model back nor remove it. */
function refuseLate({ id }, history) {
  if (history.indexOf(id) > 0) throw new Error(`${nameOf(id)} has been followed by ${nameOf(history[0])}`)
}

/** Only now are old deployments removed; the last few stay for rollback. */
async function finished(state, endpoint) {
  const summary = `endpoint ${env.ENDPOINT} serves ${modelUri(state)}`
  const keep = Number(env.KEEP)
  const history = state.asked ? await read(endpoint) : state.history
  if (history.length > keep) {
    for (const id of history.slice(keep)) await discard(id)
    await write(endpoint, history.slice(0, keep))
  }
  return { done: true, summary, model: nameOf(state.id) }
}

async function prepared(state) {
  try {
    await modelled(state)
  } catch (error) {
    await discard(state.id)
    throw error
  }
}

async function modelled(state) {
  const name = nameOf(state.id)
  await unlessThere(
    new sagemaker.CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: env.HOSTING_ROLE,
      PrimaryContainer: { Image: env.IMAGE, ModelDataUrl: modelUri(state) },
    }),
  )
  await unlessThere(
    new sagemaker.CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: name,
          InitialInstanceCount: Number(env.INSTANCES),
          InstanceType: env.INSTANCE_TYPE,
          InitialVariantWeight: 1,
        },
      ],
    }),
  )
}

async function unlessThere(command) {
  try {
    await client.send(command)
  } catch (error) {
    if (!exists(error)) throw error
  }
}

/** Removes a deployment's configuration and model, which may be gone already. */
async function discard(id) {
  for (const command of [
    new sagemaker.DeleteEndpointConfigCommand({ EndpointConfigName: nameOf(id) }),
    new sagemaker.DeleteModelCommand({ ModelName: nameOf(id) }),
  ])
    try {
      await client.send(command)
    } catch (error) {
      if (!missing(error)) noted(error)
    }
}

async function read(endpoint) {
  const { Tags = [] } = await client.send(new sagemaker.ListTagsCommand({ ResourceArn: endpoint.EndpointArn }))
  return (Tags.find(tag => tag.Key === HISTORY)?.Value ?? '').split(' ').filter(Boolean)
}

const write = (endpoint, history) =>
  client.send(
    new sagemaker.AddTagsCommand({
      ResourceArn: endpoint.EndpointArn,
      Tags: [{ Key: HISTORY, Value: written(history) }],
    }),
  )

// A tag holds 256 characters: six ids.
const written = history => history.slice(0, 6).join(' ')

const nameOf = id => `${env.DEPLOYMENTS}-${id}`

const modelUri = state => `${env.MODELS}${state.training}/output/model.tar.gz`

// SageMaker answers both with a ValidationException and tells them apart in its text.
const missing = error => /could not find|does not exist|not found/i.test(error.message)

const exists = error => /already exist/i.test(error.message)

/** Reports as a role of the pipeline's account that can do nothing else, or as the function itself. */
async function reporter(jobId) {
  const region = env.PIPELINE_REGION
  const credentials = env.REPORTER_ROLE ? await assumed(env.REPORTER_ROLE) : undefined
  const pipeline = new CodePipelineClient({ region, ...(credentials && { credentials }) })
  return {
    success: ({ done, summary, ...state }) =>
      pipeline.send(
        new PutJobSuccessResultCommand({
          jobId,
          executionDetails: { summary, externalExecutionId: env.ENDPOINT },
          ...(done ? {} : { continuationToken: JSON.stringify(state) }),
        }),
      ),
    failure: message =>
      pipeline.send(
        new PutJobFailureResultCommand({
          jobId,
          failureDetails: { type: 'JobFailed', message: message.slice(0, 5000) },
        }),
      ),
  }
}

async function assumed(role) {
  const { Credentials } = await new STSClient({}).send(
    new AssumeRoleCommand({ RoleArn: role, RoleSessionName: env.DEPLOYMENTS }),
  )
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  }
}
