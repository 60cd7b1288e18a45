import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation'
import { isAwsError, type Reader } from '../../../engine/index.ts'
import type { Intent, Stack, StackResource } from '../model/index.ts'
import { checkProperties, replaces } from '../registry/index.ts'
import {
  type Blueprint,
  evaluate,
  isNoEcho,
  type Json,
  references,
  type Scope,
  sameJson,
  validationError,
  type World,
} from '../template/index.ts'
import type { Compiler } from './compile.ts'
import { worldOf } from './desired.ts'
import { tagProperty, withStackTags } from './tags.ts'

export interface Planned {
  changes: ResourceChange[]
  /** Whether there is anything to do; outputs and tags count although they change no resource. */
  any: boolean
}

export interface Former {
  stack: Stack
  plan: Blueprint
  resources: readonly StackResource[]
}

/** What CloudFormation puts where a value is known only once the change is made. */
const unknown = '{{changeSet:KNOWN_AFTER_APPLY}}'

type Recreation = 'Always' | 'Conditionally' | 'Never'
const recreation = { yes: 'Always', maybe: 'Conditionally', no: 'Never' } as const

interface Side {
  read: Reader
  compiler: Compiler
  plan: Blueprint
  intent: Intent
  former: Former
  world: World
  /** What has been planned of each resource so far, in the order of dependencies. */
  planned: Map<string, ResourceChange>
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html */
export function planChanges(
  read: Reader,
  compiler: Compiler,
  plan: Blueprint,
  intent: Intent,
  former: Former,
): Planned {
  const planned = new Map<string, ResourceChange>()
  const present = new Map(
    former.resources.filter(({ physical }) => physical !== undefined).map(record => [record.logicalId, record]),
  )
  demandSameTypes(plan, [...present.values()])
  const stable = worldOf(read, former.stack, id => present.get(id))
  const world: World = {
    ref: id => (present.has(id) && (planned.get(id)?.Replacement ?? 'False') === 'False' ? stable.ref(id) : unknown),
    attribute: (id, name) => (present.has(id) && !planned.has(id) ? stable.attribute(id, name) : unknown),
    imported: stable.imported,
  }
  const side: Side = { read, compiler, plan, intent, former, world, planned }
  for (const id of plan.order) {
    const record = present.get(id)
    const change = record === undefined ? addition(plan, id) : modification(side, id, record)
    if (change !== undefined) planned.set(id, change)
  }
  for (const record of present.values()) {
    if (plan.resources[record.logicalId] === undefined) planned.set(record.logicalId, removal(record))
  }
  const changes = [...planned.values()]
  const any = changes.length > 0 || !sameJson(intent.tags, former.stack.tags) || outputsDiffer(side)
  return { changes, any }
}

/** A logical id keeps its type: the new one has to be given another. */
function demandSameTypes({ resources }: Blueprint, present: readonly StackResource[]): void {
  const other = present.filter(({ logicalId, type }) => (resources[logicalId]?.type ?? type) !== type)
  if (other.length === 0) return
  const ids = other.map(({ logicalId }) => logicalId).join(', ')
  throw validationError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${ids}]`,
  )
}

const addition = (plan: Blueprint, id: string): ResourceChange => ({
  Action: 'Add',
  LogicalResourceId: id,
  ResourceType: plan.resources[id]?.type,
  Scope: [],
  Details: [],
  AfterContext: JSON.stringify({ Properties: plan.resources[id]?.properties ?? {} }),
})

const removal = ({ logicalId, type, physical, deletionPolicy }: StackResource): ResourceChange => ({
  PolicyAction: deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
  Action: 'Remove',
  LogicalResourceId: logicalId,
  PhysicalResourceId: physical?.id,
  ResourceType: type,
  Scope: [],
  Details: [],
})

function modification(side: Side, id: string, record: StackResource): ResourceChange | undefined {
  const declared = side.plan.resources[id]
  const before = record.physical?.properties ?? {}
  if (declared === undefined) return undefined
  const scope = side.plan.scope(side.world)
  const written = Object.fromEntries(
    Object.entries(declared.properties)
      .map(([name, value]) => [name, foreseen(value, scope)] as const)
      .filter(([, value]) => value !== null),
  )
  const { properties: after } = checkProperties(declared.type, withStackTags(declared.type, written, side.intent.tags))
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    name => !sameJson(before[name], after[name]),
  )
  const details = [
    ...names.flatMap(name => propertyDetails(side, id, declared.type, name, before, after)),
    ...attributeDetails(side, id, record),
  ]
  if (details.length === 0) return undefined
  const replacement = replacementOf(details)
  return {
    ...(replacement === 'False'
      ? {}
      : { PolicyAction: declared.updateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete' }),
    Action: 'Modify',
    LogicalResourceId: id,
    PhysicalResourceId: record.physical?.id,
    ResourceType: declared.type,
    Replacement: replacement,
    Scope: [...new Set(details.map(({ Target }) => Target?.Attribute))].filter(scope => scope !== undefined),
    Details: details,
    BeforeContext: JSON.stringify({ Properties: before }),
    AfterContext: JSON.stringify({ Properties: after }),
  }
}

/** The value as far as it is known: a function of something unknown is unknown. */
function foreseen(value: Json, scope: Scope): Json {
  try {
    return evaluate(value, scope)
  } catch (error) {
    if (!isAwsError(error, 'ValidationError')) throw error
    return unknown
  }
}

function replacementOf(details: readonly ResourceChangeDetail[]): 'True' | 'False' | 'Conditional' {
  const of = (recreated: Recreation, evaluation?: 'Static') =>
    details.some(
      ({ Target, Evaluation }) => Target?.RequiresRecreation === recreated && (evaluation ?? Evaluation) === Evaluation,
    )
  return of('Always', 'Static') ? 'True' : of('Always') || of('Conditionally') ? 'Conditional' : 'False'
}

/** One detail for each thing that makes the property change. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html */
function propertyDetails(
  side: Side,
  id: string,
  type: string,
  name: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): ResourceChangeDetail[] {
  const updatable = side.compiler.registry.get(type)?.update !== undefined
  const tags = name === tagProperty(type)
  const now = side.plan.resources[id]?.properties[name] ?? null
  const then = side.former.plan.resources[id]?.properties[name] ?? null
  const used = references(now)
  const secret = used.some(reference => isNoEcho(side.plan.template.parameters[reference.name]))
  const shown = (value: unknown) => (secret ? '****' : typeof value === 'string' ? value : JSON.stringify(value))
  const target: ResourceChangeDetail['Target'] = {
    Attribute: tags ? 'Tags' : 'Properties',
    ...(tags ? {} : { Name: name }),
    RequiresRecreation: recreation[replaces(type, name, before[name], after[name], updatable)],
    Path: `/Properties/${name}`,
    ...(before[name] === undefined ? {} : { BeforeValue: shown(before[name]) }),
    ...(after[name] === undefined ? {} : { AfterValue: shown(after[name]) }),
    AttributeChangeType: before[name] === undefined ? 'Add' : after[name] === undefined ? 'Remove' : 'Modify',
  }
  const dynamic = used.flatMap((reference): ResourceChangeDetail[] => {
    const change = side.planned.get(reference.name)
    if (change === undefined) return []
    if (reference.attribute !== undefined) {
      return [
        {
          Target: target,
          Evaluation: 'Dynamic',
          ChangeSource: 'ResourceAttribute',
          CausingEntity: `${reference.name}.${reference.attribute}`,
        },
      ]
    }
    if (change.Action === 'Modify' && change.Replacement === 'False') return []
    return [{ Target: target, Evaluation: 'Dynamic', ChangeSource: 'ResourceReference', CausingEntity: reference.name }]
  })
  const parameters = [...new Set(used.map(reference => reference.name))]
    .filter(
      parameter =>
        side.plan.values[parameter] !== undefined && side.plan.values[parameter] !== side.former.plan.values[parameter],
    )
    .map(
      (parameter): ResourceChangeDetail => ({
        Target: target,
        Evaluation: 'Static',
        ChangeSource: 'ParameterReference',
        CausingEntity: parameter,
      }),
    )
  const direct: ResourceChangeDetail = { Target: target, Evaluation: 'Static', ChangeSource: 'DirectModification' }
  if (!sameJson(now, then)) return [...dynamic, ...parameters, direct]
  if (parameters.length > 0) return [...dynamic, ...parameters, { ...direct, Evaluation: 'Dynamic' }]
  return dynamic.length > 0 ? dynamic : [direct]
}

function attributeDetails(side: Side, id: string, record: StackResource): ResourceChangeDetail[] {
  const declared = side.plan.resources[id]
  if (declared === undefined) return []
  const differs = {
    Metadata: !sameJson(declared.metadata, record.metadata),
    DeletionPolicy: declared.deletionPolicy !== record.deletionPolicy,
    UpdateReplacePolicy: declared.updateReplacePolicy !== record.updateReplacePolicy,
  }
  return (['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'] as const)
    .filter(attribute => differs[attribute])
    .map(attribute => ({
      Target: { Attribute: attribute, RequiresRecreation: 'Never' },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    }))
}

function outputsDiffer({ plan, former, world }: Side): boolean {
  const before = Object.fromEntries(former.stack.outputs.map(output => [output.key, output]))
  if (Object.keys(before).length !== Object.keys(plan.outputs).length) return true
  const scope = plan.scope(world)
  return Object.entries(plan.outputs).some(([key, output]) => {
    const known = before[key]
    return (
      known === undefined ||
      String(foreseen(output.value, scope)) !== known.value ||
      output.description !== known.description ||
      (output.exportName === undefined ? undefined : String(foreseen(output.exportName, scope))) !== known.exportName
    )
  })
}
