import type * as s3 from '@aws-sdk/client-s3'
import type { Reader } from '../../engine/index.ts'
import { type Context, type Demand, operation } from '../../gate/index.ts'
import { findBucket, type OfBucket } from './bucket.ts'
import { onBucket } from './demand.ts'
import { invalidArgument } from './errors.ts'
import { seconds, type Version } from './object.ts'
import { encoder, type Stop, walk } from './walk.ts'
import { quoted } from './write.ts'

interface Listing extends OfBucket {
  Prefix?: string | undefined
  Delimiter?: string | undefined
  MaxKeys?: number | undefined
  EncodingType?: string | undefined
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
export const listDemands = (context: Context, input: Listing, action = 's3:ListBucket'): Demand[] => [
  onBucket(context, findBucket(context.read, context.call, input), action, {
    's3:prefix': input.Prefix,
    's3:delimiter': input.Delimiter,
    's3:max-keys': input.MaxKeys === undefined ? undefined : String(input.MaxKeys),
  }),
]

export function most(asked: number | undefined): number {
  if (asked !== undefined && asked < 0)
    throw invalidArgument('Argument max-keys must be an integer between 0 and 2147483647')
  return Math.min(asked ?? 1000, 1000)
}

/** As many stops as fit, and whether there are more. */
function take(stops: Iterable<Stop>, limit: number): { shown: Stop[]; truncated: boolean } {
  const shown: Stop[] = []
  if (limit === 0) return { shown, truncated: false }
  for (const stop of stops) {
    if (shown.length === limit) return { shown, truncated: true }
    shown.push(stop)
  }
  return { shown, truncated: false }
}

function page(read: Reader, bucket: string, input: Listing, after: string | undefined) {
  const { Prefix: prefix, Delimiter: delimiter } = input
  const encode = encoder(input.EncodingType)
  const isShown = ([newest]: Version[]) => newest?.content !== undefined
  const limit = most(input.MaxKeys)
  const { shown, truncated } = take(walk(read, bucket, { prefix, delimiter, after }, isShown), limit)
  const last = shown.at(-1)
  return {
    last: last?.prefix ?? last?.key,
    truncated,
    contents: shown.flatMap(stop => (stop.versions?.[0] === undefined ? [] : [entry(stop.versions[0], encode)])),
    prefixes: shown.flatMap(stop => (stop.prefix === undefined ? [] : [{ Prefix: encode(stop.prefix) }])),
    answer: {
      Name: bucket,
      Prefix: encode(prefix ?? ''),
      MaxKeys: limit,
      IsTruncated: truncated,
      ...(delimiter === undefined ? {} : { Delimiter: encode(delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType as 'url' }),
    },
    encode,
  }
}

const entry = (version: Version, encode: (text: string) => string): s3._Object => ({
  Key: encode(version.key),
  LastModified: seconds(version.modified),
  ...(version.content === undefined
    ? {}
    : {
        ETag: quoted(version.content.etag),
        Size: version.content.size,
        StorageClass: version.content.storageClass as s3.ObjectStorageClass,
        ChecksumAlgorithm: [version.content.checksum.algorithm],
        ChecksumType: version.content.checksum.type,
      }),
})

const some = <T, Name extends string>(name: Name, list: T[]) =>
  list.length === 0 ? {} : ({ [name]: list } as { [N in Name]: T[] })

const readToken = (token: string) => {
  const text = Buffer.from(token, 'base64').toString()
  if (!text.startsWith('1:'))
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token')
  return text.slice(2)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2 = operation<typeof s3, 'ListObjectsV2'>({
  authorize: (input, context) => listDemands(context, input),
  run(input, { tx, call }) {
    const bucket = findBucket(tx, call, input)
    const after = input.ContinuationToken === undefined ? input.StartAfter : readToken(input.ContinuationToken)
    const { contents, prefixes, answer, last, truncated, encode } = page(tx, bucket.name, input, after)
    const Owner = { ID: bucket.account }
    return {
      ...answer,
      KeyCount: contents.length + prefixes.length,
      ...some('Contents', input.FetchOwner === true ? contents.map(each => ({ ...each, Owner })) : contents),
      ...some('CommonPrefixes', prefixes),
      ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
      ...(input.StartAfter === undefined ? {} : { StartAfter: encode(input.StartAfter) }),
      ...(truncated ? { NextContinuationToken: Buffer.from(`1:${last}`).toString('base64') } : {}),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects = operation<typeof s3, 'ListObjects'>({
  authorize: (input, context) => listDemands(context, input),
  run(input, { tx, call }) {
    const bucket = findBucket(tx, call, input)
    const { contents, prefixes, answer, last, truncated, encode } = page(tx, bucket.name, input, input.Marker)
    return {
      ...answer,
      Marker: encode(input.Marker ?? ''),
      ...some(
        'Contents',
        contents.map(each => ({ ...each, Owner: { ID: bucket.account } })),
      ),
      ...some('CommonPrefixes', prefixes),
      ...(truncated && input.Delimiter !== undefined && last !== undefined ? { NextMarker: encode(last) } : {}),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions = operation<typeof s3, 'ListObjectVersions'>({
  authorize: (input, context) => listDemands(context, input, 's3:ListBucketVersions'),
  run(input, { tx, call }) {
    const bucket = findBucket(tx, call, input)
    const encode = encoder(input.EncodingType)
    const limit = most(input.MaxKeys)
    const { shown, truncated } = takeVersions(tx, bucket.name, input, limit)
    const last = shown.at(-1)
    const common = (version: Version, latest: boolean) => ({
      ...entry(version, encode),
      VersionId: version.id,
      IsLatest: latest,
      Owner: { ID: version.owner },
    })
    const found = shown.flatMap(each => (each.version === undefined ? [] : [each]))
    const versions = found.filter(({ version }) => version?.content !== undefined)
    const markers = found.filter(({ version }) => version?.content === undefined)
    const listed = (list: typeof found) =>
      list.flatMap(({ version, latest }) => (version === undefined ? [] : [common(version, latest)]))
    return {
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ''),
      KeyMarker: encode(input.KeyMarker ?? ''),
      VersionIdMarker: input.VersionIdMarker ?? '',
      MaxKeys: limit,
      IsTruncated: truncated,
      ...(input.Delimiter === undefined ? {} : { Delimiter: encode(input.Delimiter) }),
      ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
      ...some('Versions', listed(versions) as s3.ObjectVersion[]),
      ...some('DeleteMarkers', listed(markers) as s3.DeleteMarkerEntry[]),
      ...some(
        'CommonPrefixes',
        shown.flatMap(({ prefix }) => (prefix === undefined ? [] : [{ Prefix: encode(prefix) }])),
      ),
      ...(truncated && last !== undefined ? { NextKeyMarker: encode(last.prefix ?? last.version?.key ?? '') } : {}),
      ...(truncated && last?.version !== undefined ? { NextVersionIdMarker: last.version.id } : {}),
    }
  },
})

interface Shown {
  prefix?: string
  version?: Version
  latest: boolean
}

/** A page may end between two versions of one key. */
function* versionStops(read: Reader, bucket: string, input: s3.ListObjectVersionsCommandInput): Generator<Shown> {
  const { KeyMarker: key, VersionIdMarker: id } = input
  if (key !== undefined && id !== undefined && id !== '') {
    for (const { key: own, versions = [] } of rest(walk(read, bucket, { prefix: key }, () => true))) {
      if (own !== key) break
      const at = versions.findIndex(version => version.id === id)
      for (const version of at < 0 ? [] : versions.slice(at + 1)) yield { version, latest: false }
      break
    }
  }
  const options = { prefix: input.Prefix, delimiter: input.Delimiter, after: key }
  for (const { prefix, versions } of walk(read, bucket, options, () => true)) {
    if (prefix !== undefined) yield { prefix, latest: false }
    for (const [index, version] of (versions ?? []).entries()) yield { version, latest: index === 0 }
  }
}

const rest = function* (stops: Iterable<Stop>) {
  for (const stop of stops) if (stop.versions !== undefined) yield stop
}

function takeVersions(read: Reader, bucket: string, input: s3.ListObjectVersionsCommandInput, limit: number) {
  const shown: Shown[] = []
  if (limit === 0) return { shown, truncated: false }
  for (const stop of versionStops(read, bucket, input)) {
    if (shown.length === limit) return { shown, truncated: true }
    shown.push(stop)
  }
  return { shown, truncated: false }
}
