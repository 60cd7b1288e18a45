import { AwsError } from '../../../engine/index.ts'

export const invalidNextToken = () =>
  new AwsError('InvalidNextTokenException', 'The next token was specified in an invalid format.')

export const pipelineNotFound = (account: string, name: string) =>
  new AwsError('PipelineNotFoundException', `Account '${account}' does not have a pipeline with name '${name}'`)
export const pipelineVersionNotFound = (name: string, version: number) =>
  new AwsError('PipelineVersionNotFoundException', `Pipeline '${name}' does not have a version ${version}`)
export const pipelineNameInUse = (name: string) =>
  new AwsError('PipelineNameInUseException', `A pipeline with the name '${name}' already exists in account`)
export const executionNotFound = (name: string, id: string) =>
  new AwsError('PipelineExecutionNotFoundException', `Pipeline '${name}' does not have an execution with id '${id}'`)
export const executionNotStoppable = (id: string, status: string) =>
  new AwsError(
    'PipelineExecutionNotStoppableException',
    `Pipeline execution '${id}' cannot be stopped: it is ${status}`,
  )
export const duplicatedStop = (id: string) =>
  new AwsError('DuplicatedStopRequestException', `Pipeline execution '${id}' is being stopped already`)
export const stageNotFound = (pipeline: string, stage: string) =>
  new AwsError('StageNotFoundException', `Pipeline '${pipeline}' does not have a stage named '${stage}'`)
export const stageNotRetryable = (reason: string) => new AwsError('StageNotRetryableException', reason)
export const notLatestExecution = (stage: string) =>
  new AwsError('NotLatestPipelineExecutionException', `The execution is not the latest of stage '${stage}'`)
export const actionNotFound = (stage: string, action: string) =>
  new AwsError('ActionNotFoundException', `Stage '${stage}' does not have an action named '${action}'`)
export const approvalCompleted = () =>
  new AwsError('ApprovalAlreadyCompletedException', 'The approval action has already been approved or rejected')
export const invalidApprovalToken = () =>
  new AwsError(
    'InvalidApprovalTokenException',
    'The approval request already received a response or has expired, or the token is not valid',
  )
export const jobNotFound = (id: string) => new AwsError('JobNotFoundException', `Job with id ${id} does not exist`)
export const invalidJobState = (id: string, status: string) =>
  new AwsError('InvalidJobStateException', `Job ${id} is in state ${status}`)
export const invalidStructure = (message: string) => new AwsError('InvalidStructureException', message)
export const invalidAction = (message: string) => new AwsError('InvalidActionDeclarationException', message)
export const invalidStage = (message: string) => new AwsError('InvalidStageDeclarationException', message)
export const validation = (message: string) => new AwsError('ValidationException', message)
export const resourceNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist`)
