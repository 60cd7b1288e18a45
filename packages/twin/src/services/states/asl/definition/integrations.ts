import { own } from '../../../../engine/index.ts'
import { parseResource } from '../language/resource.ts'

type Pattern = '' | '.sync' | '.sync:2' | '.waitForTaskToken'
const request: readonly Pattern[] = ['']
const job: readonly Pattern[] = ['', '.sync']
const callback: readonly Pattern[] = ['', '.waitForTaskToken']

/** The optimised integrations: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html */
const optimised: Record<string, Record<string, readonly Pattern[]>> = {
  apigateway: { invoke: callback },
  athena: {
    startQueryExecution: job,
    stopQueryExecution: request,
    getQueryExecution: request,
    getQueryResults: request,
  },
  batch: { submitJob: job },
  bedrock: { invokeModel: callback, createModelCustomizationJob: job },
  codebuild: {
    startBuild: job,
    stopBuild: request,
    batchDeleteBuilds: request,
    batchGetReports: request,
    startBuildBatch: job,
  },
  databrew: { startJobRun: job },
  dynamodb: { getItem: request, putItem: request, updateItem: request, deleteItem: request },
  ecs: { runTask: ['', '.sync', '.waitForTaskToken'] },
  eks: {
    call: request,
    runJob: job,
    createCluster: job,
    deleteCluster: job,
    createNodegroup: job,
    deleteNodegroup: job,
  },
  elasticmapreduce: { createCluster: job, terminateCluster: job, addStep: job, cancelStep: request },
  'emr-containers': { createVirtualCluster: request, deleteVirtualCluster: job, startJobRun: job },
  'emr-serverless': {
    createApplication: job,
    startApplication: job,
    stopApplication: job,
    deleteApplication: job,
    startJobRun: job,
    cancelJobRun: job,
  },
  events: { putEvents: callback },
  glue: { startJobRun: job },
  http: { invoke: request },
  lambda: { invoke: callback },
  mediaconvert: { createJob: job },
  s3: { getObject: request, listObjectsV2: request, putObject: request },
  sagemaker: {
    createEndpoint: request,
    createEndpointConfig: request,
    createHyperParameterTuningJob: job,
    createLabelingJob: job,
    createModel: request,
    createProcessingJob: job,
    createTrainingJob: job,
    createTransformJob: job,
    updateEndpoint: request,
  },
  sns: { publish: callback },
  sqs: { sendMessage: callback },
  states: { startExecution: ['', '.sync', '.sync:2', '.waitForTaskToken'] },
}

/** Undefined: the resource is none that a Task may name. */
export function knownResource(arn: string): boolean {
  const resource = parseResource(arn)
  if (resource === undefined) return false
  if (resource.kind !== 'service') return true
  if (resource.sdk) return resource.pattern === '' || resource.pattern === '.waitForTaskToken'
  return own(own(optimised, resource.service) ?? {}, resource.api)?.includes(resource.pattern) ?? false
}

export const patternOf = (arn: string): Pattern => {
  const resource = parseResource(arn)
  return resource?.kind === 'service' ? resource.pattern : ''
}
