import type { ActionTypeId } from '@aws-sdk/client-codepipeline'
import type { ActionKind, AnyActionKind } from './action-kind.ts'
import { approval } from './approval.ts'
import { cloudformation } from './cloudformation.ts'
import { codecommitSource } from './codecommit-source.ts'
import { lambda } from './lambda.ts'
import { s3Deploy, s3Source } from './s3.ts'
import { states } from './states.ts'

const all = [
  codecommitSource,
  s3Source,
  cloudformation,
  states,
  lambda,
  approval,
  s3Deploy,
] as unknown as readonly AnyActionKind[]

const kinds: ReadonlyMap<string, AnyActionKind> = new Map(all.map(kind => [`${kind.category}/${kind.provider}`, kind]))

/** Actions that AWS itself runs, version 1. */
export const kindOf = (type: ActionTypeId | undefined): ActionKind<unknown> | undefined =>
  type?.owner === 'AWS' && type.version === '1'
    ? (kinds.get(`${type.category}/${type.provider}`) as ActionKind<unknown> | undefined)
    : undefined
