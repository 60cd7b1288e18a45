import { notImplemented } from '../../../engine/index.ts'
import { formatError, validationError } from './errors.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate'

export interface ResourceDeclaration {
  type: string
  properties: JsonObject
  dependsOn: string[]
  condition?: string
  deletionPolicy: DeletionPolicy
  updateReplacePolicy: DeletionPolicy
  metadata?: Json
}

export interface OutputDeclaration {
  value: Json
  description?: string
  condition?: string
  exportName?: Json
}

export interface Template {
  description?: string
  metadata?: JsonObject
  parameters: Record<string, JsonObject>
  mappings: Record<string, JsonObject>
  conditions: Record<string, Json>
  rules: Record<string, JsonObject>
  resources: Record<string, ResourceDeclaration>
  outputs: Record<string, OutputDeclaration>
}

const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Resources',
  'Outputs',
]

const attributes = ['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata']
const attributesMissing = ['CreationPolicy', 'UpdatePolicy']

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const most = { Parameters: 200, Mappings: 200, Resources: 500, Outputs: 200 }

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
export function readTemplate(body: JsonObject): Template {
  for (const section of ['Transform', 'Hooks', 'Globals']) {
    if (section in body) throw notImplemented(`CloudFormation's template section ${section}`)
  }
  const unknown = Object.keys(body).filter(key => !sections.includes(key))
  if (unknown.length > 0) throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`)
  checkVersion(body.AWSTemplateFormatVersion)
  const resources = section(body, 'Resources')
  if (Object.keys(resources).length === 0) throw formatError('At least one Resources member must be defined.')
  const description = body.Description
  if (description !== undefined && typeof description !== 'string') {
    throw formatError('every Description member must be a string.')
  }
  return {
    ...(description === undefined ? {} : { description }),
    ...(isObject(body.Metadata) ? { metadata: body.Metadata } : {}),
    parameters: objects(section(body, 'Parameters'), 'Parameters'),
    mappings: objects(section(body, 'Mappings'), 'Mappings'),
    conditions: section(body, 'Conditions'),
    rules: objects(section(body, 'Rules'), 'Rules'),
    resources: mapped(objects(resources, 'Resources'), readResource),
    outputs: mapped(objects(section(body, 'Outputs'), 'Outputs'), readOutput),
  }
}

function checkVersion(version: Json | undefined) {
  if (version === undefined || version === '2010-09-09') return
  throw formatError(`Template format version not supported: ${String(version)}`)
}

function section(body: JsonObject, name: string): JsonObject {
  const value = body[name]
  // An empty section of a YAML template is null.
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw formatError(`[/${name}] '${name}' expects an object.`)
  const limit = most[name as keyof typeof most]
  const count = Object.keys(value).length
  if (limit !== undefined && count > limit) {
    throw formatError(`Number of ${name.toLowerCase()}, ${count}, is greater than maximum allowed, ${limit}`)
  }
  return value
}

function objects(members: JsonObject, name: string): Record<string, JsonObject> {
  for (const [key, value] of Object.entries(members)) {
    if (!isObject(value)) throw formatError(`Any ${name} member must be an object.`)
    if (name !== 'Mappings' && name !== 'Rules' && !/^[A-Za-z0-9]+$/.test(key)) {
      throw formatError(`${name.slice(0, -1)} name ${key} is non alphanumeric.`)
    }
  }
  return members as Record<string, JsonObject>
}

const mapped = <T>(members: Record<string, JsonObject>, read: (value: JsonObject, name: string) => T) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, read(value, name)]))

function readResource(value: JsonObject, name: string): ResourceDeclaration {
  for (const key of Object.keys(value)) {
    if (attributesMissing.includes(key)) throw notImplemented(`the attribute ${key} of resource ${name}`)
    if (!attributes.includes(key)) throw validationError(`Invalid template resource property '${key}'`)
  }
  if (typeof value.Type !== 'string') {
    throw formatError(`[/Resources/${name}] Every Resources object must contain a Type member.`)
  }
  const properties = value.Properties ?? {}
  if (!isObject(properties)) throw formatError(`[/Resources/${name}/Properties] 'Properties' expects an object.`)
  const condition = value.Condition
  if (condition !== undefined && typeof condition !== 'string') {
    throw formatError(`[/Resources/${name}] every Condition member must be a string.`)
  }
  const deletion = readPolicy(value.DeletionPolicy, 'DeletionPolicy', name)
  return {
    type: value.Type,
    properties,
    dependsOn: readDependsOn(value.DependsOn, name),
    ...(condition === undefined ? {} : { condition }),
    deletionPolicy: deletion,
    updateReplacePolicy: readPolicy(value.UpdateReplacePolicy, 'UpdateReplacePolicy', name),
    ...(value.Metadata === undefined ? {} : { metadata: value.Metadata }),
  }
}

function readDependsOn(value: Json | undefined, name: string): string[] {
  const list = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
  if (list.every(item => typeof item === 'string')) return list as string[]
  throw formatError(`[/Resources/${name}] DependsOn must be a string or a list of strings.`)
}

function readPolicy(value: Json | undefined, attribute: string, name: string): DeletionPolicy {
  if (value === undefined) return 'Delete'
  if (value === 'Delete' || value === 'Retain') return value
  if (value === 'RetainExceptOnCreate' && attribute === 'DeletionPolicy') return value
  // None of the types here can be snapshot, so AWS refuses it as well.
  if (value === 'Snapshot') throw templateError(name)
  throw validationError(`Template error: resource ${name} has an unrecognized ${attribute} ${JSON.stringify(value)}`)
}

const templateError = (name: string) =>
  validationError(`Template error: resource type of ${name} does not support deletion policy Snapshot`)

function readOutput(value: JsonObject, name: string): OutputDeclaration {
  const unknown = Object.keys(value).filter(key => !['Value', 'Description', 'Condition', 'Export'].includes(key))
  if (unknown.length > 0) throw formatError(`[/Outputs/${name}] Invalid template output property '${unknown[0]}'`)
  if (value.Value === undefined || value.Value === null)
    throw formatError('Every Outputs member must contain a Value object')
  const exported = value.Export
  if (exported !== undefined && (!isObject(exported) || exported.Name === undefined)) {
    throw formatError(`Output ${name} is malformed. The Name field of every Export member must be specified`)
  }
  return {
    value: value.Value,
    ...(typeof value.Description === 'string' ? { description: value.Description } : {}),
    ...(typeof value.Condition === 'string' ? { condition: value.Condition } : {}),
    ...(isObject(exported) && exported.Name !== undefined ? { exportName: exported.Name } : {}),
  }
}
