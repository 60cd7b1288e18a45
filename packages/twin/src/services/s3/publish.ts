import type { Context, TxContext } from '../../gate/index.ts'
import { type Blob, blobsOf } from './blob-store.ts'
import type { Bucket } from './bucket.ts'
import { type Happening, tellEventBridge } from './event.ts'
import { type Content, place, type Version } from './object.ts'

/** The key's newest version: what it takes the place of, and what is `unused` besides, goes from the disk; EventBridge hears of it. */
export function publish(
  context: TxContext,
  bucket: Bucket,
  key: string,
  content: Content | undefined,
  happening: Happening,
  unused: readonly Blob[] = [],
): Version {
  const { tx, env } = context
  const { version, freed } = place(tx, bucket, newVersion(context, bucket, key, content))
  tx.after(() => blobsOf(env).remove([...freed, ...unused]))
  tellEventBridge(context, tx, bucket, version, happening)
  return version
}

const newVersion = (
  { call, env }: Pick<Context, 'call' | 'env'>,
  bucket: Bucket,
  key: string,
  content: Content | undefined,
): Omit<Version, 'order' | 'bucket'> => ({
  key,
  id:
    bucket.versioning === 'Enabled'
      ? Buffer.from(env.ids.bytes(24)).toString('base64url').replaceAll('-', '.')
      : 'null',
  modified: call.now,
  owner: bucket.account,
  ...(content === undefined ? {} : { content }),
})
