import { AwsError } from '../../engine/index.ts'

export const ruleNotFound = (rule: string, bus: string) =>
  new AwsError('ResourceNotFoundException', `Rule ${rule} does not exist on EventBus ${bus}.`)
export const busNotFound = (bus: string) =>
  new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
export const busExists = (bus: string) =>
  new AwsError('ResourceAlreadyExistsException', `Event bus ${bus} already exists.`)
export const statementNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `Statement with the provided id ${id} does not exist.`)
export const invalidPattern = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`)
export const validation = (message: string) => new AwsError('ValidationException', message)
export const managedRule = (rule: string, service: string) =>
  new AwsError('ManagedRuleException', `Rule ${rule} is managed by ${service} and cannot be changed by anyone else.`)
export const ruleHasTargets = () => validation("Rule can't be deleted since it has targets.")
export const policyTooLong = () =>
  new AwsError('PolicyLengthExceededException', 'The policy of the event bus would be longer than 10240 characters.')
export const illegalStatus = (message: string) => new AwsError('IllegalStatusException', message)
