import { AwsError } from '../../../engine/index.ts'
import type { Stack } from '../model/index.ts'
import { validationError } from '../template/index.ts'

export const noSuchStack = (name: string) => validationError(`Stack with id ${name} does not exist`)

/** Operations that change a stack word it otherwise than those that read it. */
export const noStackToChange = (name: string) => validationError(`Stack [${name}] does not exist`)

export const alreadyExists = (name: string) => new AwsError('AlreadyExistsException', `Stack [${name}] already exists`)

export const wrongStatus = (stack: Stack) =>
  validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`)

export const noUpdates = () => validationError('No updates are to be performed.')

export const noSuchChangeSet = (name: string) =>
  new AwsError('ChangeSetNotFoundException', `ChangeSet [${name}] does not exist`, { status: 404 })

export const wrongChangeSetStatus = (message: string) => new AwsError('InvalidChangeSetStatusException', message)

/** No policy can allow it. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
export const crossAccountPassRole = () =>
  new AwsError('AccessDenied', 'Cross-account pass role is not allowed.', { status: 403 })

export const roleNotAssumable = (role: string) => validationError(`Role ${role} is invalid or cannot be assumed`)
