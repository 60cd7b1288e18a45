import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAwsError } from '../../engine/index.ts'
import type { Context, Env } from '../../gate/index.ts'
import { BadZip, placeCode, readZip } from '../../runtime/lambda/code.ts'
import { deniedByS3, invalid, refusedByS3 } from './errors.ts'
import { type CodePackage, functions } from './function.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 50 MB zipped, for direct uploads */
const largestUpload = 52_428_800

export const hexOf = ({ sha256 }: CodePackage) => Buffer.from(sha256, 'base64').toString('hex')
export const zipsOf = (env: Env) => join(env.directory, 'lambda', 'zip')
const zipOf = (env: Env, code: CodePackage) => join(zipsOf(env), hexOf(code))
const treeOf = (env: Env, code: CodePackage) => join(env.directory, 'lambda', 'tree', hexOf(code))

export interface CodeSource {
  ZipFile?: Uint8Array | undefined
  S3Bucket?: string | undefined
  S3Key?: string | undefined
  S3ObjectVersion?: string | undefined
}

/** Fetches, checks and keeps the package: the zip by its content; what is unpacked of it is a cache of this run. */
export async function keepCode(source: CodeSource, context: Context): Promise<CodePackage> {
  const zip = await bytesOf(source, context)
  const code = { sha256: createHash('sha256').update(zip).digest('base64'), size: zip.byteLength }
  await unpack(context.env, code, zip)
  await keepZip(context.env, code, zip)
  return code
}

async function bytesOf(source: CodeSource, context: Context): Promise<Uint8Array> {
  if (source.ZipFile !== undefined) {
    if (source.S3Bucket !== undefined || source.S3Key !== undefined) {
      throw invalid('Please do not provide other FunctionCode parameters when providing a ZipFile.')
    }
    if (source.ZipFile.byteLength === 0) throw invalid('Uploaded file must be a non-empty zip')
    if (source.ZipFile.byteLength > largestUpload) {
      throw invalid(`Zipped size must be smaller than ${largestUpload} bytes`)
    }
    return source.ZipFile
  }
  if (source.S3Bucket === undefined || source.S3Key === undefined) {
    throw invalid('Please provide a source for function code.')
  }
  return fromS3(source, context)
}

/** Lambda reads the object with the rights of whoever makes the function, who needs s3:GetObject and the key's kms:Decrypt. */
async function fromS3(source: CodeSource, { call, env }: Context): Promise<Uint8Array> {
  const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = source
  const via = [...call.via, `lambda.${call.region}.amazonaws.com`]
  const object = { Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) }
  const options = { cause: call.cause, region: call.region, via }
  try {
    const { Body } = await env.invoke(call.principal, 's3', 'GetObject', object, options)
    const parts: Uint8Array[] = []
    for await (const part of Body as unknown as AsyncIterable<Uint8Array>) parts.push(part)
    return Buffer.concat(parts)
  } catch (error) {
    if (isAwsError(error, 'AccessDenied', 'AccessDeniedException')) throw deniedByS3(`${Bucket}/${Key}`, error.message)
    if (isAwsError(error) && error.status < 500) throw refusedByS3(error.name, error.message)
    throw error
  }
}

async function keepZip(env: Env, code: CodePackage, zip: Uint8Array): Promise<void> {
  const path = zipOf(env, code)
  if (existsSync(path)) return
  await mkdir(zipsOf(env), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${env.ids.hex(8)}`
  const file = await open(fresh, 'wx', 0o600)
  try {
    await file.writeFile(zip)
    await file.sync()
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await rename(fresh, path)
}

async function unpack(env: Env, code: CodePackage, zip: Uint8Array): Promise<void> {
  const tree = treeOf(env, code)
  if (existsSync(tree)) return
  const fresh = `${tree}.${env.ids.hex(8)}`
  try {
    await mkdir(fresh, { recursive: true, mode: 0o700 })
    placeCode(fresh, readZip(zip))
    await rename(fresh, tree)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (error instanceof BadZip) throw invalid(error.message)
    // Somebody else unpacked the same package meanwhile.
    if (!existsSync(tree)) throw error
  }
}

/** The folder that holds the code. */
export async function codeFolder(env: Env, code: CodePackage): Promise<string> {
  if (!existsSync(treeOf(env, code))) await unpack(env, code, await readFile(zipOf(env, code)))
  return join(treeOf(env, code), 'code')
}

/** What no function uses any more goes, and so do the unpacked trees, which a power failure may have left incomplete. */
export async function sweepCode(env: Env): Promise<void> {
  const used = new Set([...functions.list(env.store)].map(({ code }) => hexOf(code)))
  await rm(join(env.directory, 'lambda', 'tree'), { recursive: true, force: true })
  const zips = await readdir(zipsOf(env)).catch(() => [])
  for (const name of zips) if (!used.has(name)) await rm(join(zipsOf(env), name), { force: true })
}
