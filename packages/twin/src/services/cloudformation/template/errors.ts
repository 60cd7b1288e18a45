import { AwsError } from '../../../engine/index.ts'

export const validationError = (message: string) => new AwsError('ValidationError', message)

export const formatError = (message: string) => validationError(`Template format error: ${message}`)

export const templateError = (message: string) => validationError(`Template error: ${message}`)
