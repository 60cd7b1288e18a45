import type * as lambda from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { type Honoured, isAwsError, refuseOthers } from '../../engine/index.ts'
import type { Properties, Resource, ResourceIo, ResourceType } from '../../gate/index.ts'
import { invalid } from './errors.ts'

const type = 'AWS::Lambda::Function'

const honoured: Honoured = {
  Architectures: true,
  Code: { ZipFile: true, S3Bucket: true, S3Key: true, S3ObjectVersion: true },
  Description: true,
  Environment: true,
  EphemeralStorage: true,
  FunctionName: true,
  Handler: true,
  LoggingConfig: true,
  MemorySize: true,
  PackageType: ['Zip'],
  Role: true,
  Runtime: true,
  SnapStart: true,
  Tags: true,
  Timeout: true,
  TracingConfig: true,
}

const text = (value: unknown) => (value === undefined ? undefined : String(value))
const number = (value: unknown) => (value === undefined ? undefined : Number(value))
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Always the same bytes for the same text: the code's hash must not change with the time of day. */
const zipped = (source: string) => zipSync({ 'index.js': [strToU8(source), { mtime: new Date(1980, 0, 1) }] })

/** Inline text becomes index.js: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html */
function codeOf(properties: Properties): lambda.FunctionCode {
  const code = (properties.Code ?? {}) as Record<string, string>
  if (code.ZipFile === undefined) return code
  if (!String(properties.Runtime).startsWith('nodejs')) {
    throw invalid('ZipFile can only be used when Runtime is set to either of nodejs, python.')
  }
  return { ZipFile: zipped(String(code.ZipFile)) }
}

const tagsOf = (properties: Properties): Record<string, string> => {
  const tags = (properties.Tags ?? []) as { Key: string; Value: unknown }[]
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]))
}

function environmentOf(properties: Properties): lambda.Environment | undefined {
  const variables = (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables
  if (variables === undefined) return undefined
  return { Variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])) }
}

const storageOf = (properties: Properties) => {
  const Size = number((properties.EphemeralStorage as { Size?: unknown } | undefined)?.Size)
  return Size === undefined ? undefined : { Size }
}

/** Templates may spell numbers as text. */
function settingsOf(properties: Properties) {
  refuseOthers(properties, honoured, type)
  return {
    Role: text(properties.Role),
    Runtime: text(properties.Runtime) as lambda.Runtime | undefined,
    Handler: text(properties.Handler),
    Description: text(properties.Description),
    Timeout: number(properties.Timeout),
    MemorySize: number(properties.MemorySize),
    Environment: environmentOf(properties),
    EphemeralStorage: storageOf(properties),
    LoggingConfig: properties.LoggingConfig as lambda.LoggingConfig | undefined,
    TracingConfig: properties.TracingConfig as lambda.TracingConfig | undefined,
    SnapStart: properties.SnapStart as lambda.SnapStart | undefined,
  }
}

/** What a template leaves out is what a new function would have, not what it was before. */
const usual = (name: string) => ({
  Description: '',
  Timeout: 3,
  MemorySize: 128,
  Environment: { Variables: {} },
  LoggingConfig: { LogGroup: `/aws/lambda/${name}` },
})

const given = <T extends object>(input: T): T =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T

/** CloudFormation looks, after each step, whether the function is ready. */
async function resourceOf(name: string, io: ResourceIo): Promise<Resource> {
  const { Configuration } = await io.invoke('lambda', 'GetFunction', { FunctionName: name })
  return { physicalId: name, attributes: { Arn: Configuration?.FunctionArn } }
}

async function updateTags(name: string, properties: Properties, previous: Properties, io: ResourceIo) {
  const [now, before] = [tagsOf(properties), tagsOf(previous)]
  const Resource = `arn:aws:lambda:${io.region}:${io.account}:function:${name}`
  const gone = Object.keys(before).filter(tag => !(tag in now))
  const changed = Object.entries(now).filter(([tag, value]) => before[tag] !== value)
  if (gone.length > 0) await io.invoke('lambda', 'UntagResource', { Resource, TagKeys: gone })
  if (changed.length > 0) await io.invoke('lambda', 'TagResource', { Resource, Tags: Object.fromEntries(changed) })
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
export const functionResource: ResourceType = {
  type,
  async create(properties, io) {
    const name = text(properties.FunctionName) ?? io.name(64)
    const { Role, ...settings } = settingsOf(properties)
    const Tags = tagsOf(properties)
    await io.invoke('lambda', 'CreateFunction', {
      FunctionName: name,
      Role: Role ?? '',
      ...given(settings),
      Code: codeOf(properties),
      ...(properties.Architectures === undefined
        ? {}
        : { Architectures: properties.Architectures as lambda.Architecture[] }),
      ...(Object.keys(Tags).length === 0 ? {} : { Tags }),
    })
    io.made(name)
    return resourceOf(name, io)
  },
  async update(name, properties, previous, io) {
    const [now, before] = [settingsOf(properties), settingsOf(previous)]
    if (!same(now, before)) {
      const role = now.Role === before.Role ? { Role: undefined } : {}
      const input = { FunctionName: name, ...usual(name), ...given(now), ...role }
      await io.invoke('lambda', 'UpdateFunctionConfiguration', given(input))
    }
    const target = (of: Properties) => [of.Code, of.Architectures]
    if (!same(target(properties), target(previous))) {
      const Architectures = (properties.Architectures ?? ['x86_64']) as lambda.Architecture[]
      await io.invoke('lambda', 'UpdateFunctionCode', { FunctionName: name, ...codeOf(properties), Architectures })
    }
    await updateTags(name, properties, previous, io)
    return resourceOf(name, io)
  },
  async delete(name, _properties, io) {
    try {
      await io.invoke('lambda', 'DeleteFunction', { FunctionName: name })
    } catch (error) {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error
    }
  },
}
