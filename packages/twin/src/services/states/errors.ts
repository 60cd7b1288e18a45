import { AwsError } from '../../engine/index.ts'

/** https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html; texts as recorded from AWS. */
const error = (code: string) => (message: string) => new AwsError(code, message)

export const validation = error('ValidationException')
export const invalidName = (name: string) => new AwsError('InvalidName', `Invalid Name: '${name}'`)
export const invalidArn = (arn: string) =>
  new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn.slice(0, 100)}'`)
export const noStateMachine = (arn: string) =>
  new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
export const stateMachineExists = (arn: string) =>
  new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`)
export const noExecution = (arn: string) => new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
export const executionExists = (arn: string) =>
  new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
export const invalidDefinition = error('InvalidDefinition')
export const invalidInput = (reason: string) =>
  new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`)
export const typeNotSupported = (message = 'This operation is not supported by this type of state machine') =>
  new AwsError('StateMachineTypeNotSupported', message)
export const noResource = (arn: string) =>
  new AwsError('ResourceNotFound', `Resource not found: '${arn}'`, { members: { resourceName: arn } })
export const noActivity = (arn: string) => new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`)
export const conflict = error('ConflictException')
export const taskTimedOut = () => new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
export const invalidToken = (reason: string) => new AwsError('InvalidToken', `Invalid Token: '${reason}'`)
export const invalidOutput = (reason: string) => new AwsError('InvalidOutput', `Invalid Output: '${reason}'`)
export const missingParameter = error('MissingRequiredParameter')
export const accessDenied = error('AccessDeniedException')

export const required = (member: string) =>
  validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )

/** `constraint`: `have value less than or equal to 1000`. */
export const outside = (value: number | string, member: string, constraint: string) =>
  validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )

export const tooMany = (value: number, member: string, limit: number) =>
  outside(value, member, `have value less than or equal to ${limit}`)

export const notOneOf = (value: string, member: string, allowed: readonly string[]) =>
  validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  )
