import { type Access, bucketTarget, type Grantee, grant, keyTarget, PAGES } from '@tripoint/pipeline'
import type { World } from '../world/world.ts'
import { type Action, type Pipeline, type Store, storeOf } from './pipeline.ts'
import { bucketOwner } from './principal.ts'

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`

/** S3 keys of artifacts begin with the first 20 characters of the pipeline's name. */
export const artifactsArn = (pipeline: Pipeline, store: Store): string =>
  `${bucketArn(store.bucket)}/${pipeline.name.slice(0, 20)}/*`

/** Only an ARN says which key: an id or an alias means another one in every account. */
export const keyArnOf = (key: string | undefined): string =>
  key?.startsWith('arn:') && !key.includes(':alias/') ? key : ''

const DENIED = 'Insufficient permissions'

/** What the role that an action works with needs of the artifact store. */
export function artifactAccesses(to: Grantee, pipeline: Pipeline, action: Action, world: World): Access[] {
  const store = storeOf(pipeline, action)
  if (store === undefined) return []
  const owner = bucketOwner(world, store.bucket, pipeline.account)
  const target = bucketTarget('artifacts', artifactsArn(pipeline, store), owner, to.principal.account)
  const key = keyArnOf(store.key)
  const absence = { does: 'stops-at', step: to.step, error: DENIED } as const
  const page = PAGES.crossAccount
  const under = (verb: string, because: string) =>
    key === '' ? [] : grant(to, keyTarget(key, owner, store.region), [[`kms:${verb}`, because, PAGES.s3Kms, absence]])
  return [
    ...(action.inputs.length === 0
      ? []
      : [
          ...grant(to, target, [
            ['s3:GetObject', 'the action reads its input artifacts', page, absence],
            ['s3:GetObjectVersion', 'the action reads the version that the stage before wrote', page, absence],
          ]),
          ...under('Decrypt', 'the input artifacts are encrypted with the key'),
        ]),
    ...(action.outputs.length === 0
      ? []
      : [
          ...grant(to, target, [['s3:PutObject', 'the action writes its output artifacts', page, absence]]),
          ...under('GenerateDataKey', 'the output artifacts are encrypted with the key'),
        ]),
  ]
}
