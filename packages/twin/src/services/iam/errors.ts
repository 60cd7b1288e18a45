import { AwsError } from '../../engine/index.ts'

export const noSuchEntity = (text: string) => new AwsError('NoSuchEntity', text, { status: 404 })
export const alreadyExists = (text: string) => new AwsError('EntityAlreadyExists', text, { status: 409 })
export const deleteConflict = (text: string) => new AwsError('DeleteConflict', text, { status: 409 })
export const limitExceeded = (text: string) => new AwsError('LimitExceeded', text, { status: 409 })
export const malformedPolicy = (text: string) => new AwsError('MalformedPolicyDocument', text)
export const invalidInput = (text: string) => new AwsError('ValidationError', text)
