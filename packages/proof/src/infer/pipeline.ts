import { accountOfArn } from '@tripoint/pipeline'
import { below, type Spot } from '../source/spot.ts'
import { isObject, type Json, member } from '../template/value.ts'
import type { World } from '../world/world.ts'
import { field, list, spelled, text } from './field.ts'

/** A pipeline as a template has it, or the input of `aws codepipeline create-pipeline`. */
export interface Pipeline {
  readonly name: string
  readonly arn: string
  readonly account: string
  readonly region: string
  /** the ARN of its service role */
  readonly role: string
  readonly stores: readonly Store[]
  readonly actions: readonly Action[]
  readonly spot: Spot
  /** its `RoleArn` */
  readonly roleSpot: Spot
}

export interface Store {
  readonly bucket: string
  /** as it is written: an ARN, an id or an alias */
  readonly key?: string
  readonly region: string
  readonly spot: Spot
}

export interface Action {
  readonly stage: string
  readonly name: string
  /** `Stage/Action` */
  readonly step: string
  readonly category: string
  readonly owner: string
  readonly provider: string
  /** the role that CodePipeline assumes for it */
  readonly role?: string
  /** where it runs: its role's, or the pipeline's */
  readonly account: string
  readonly region: string
  readonly configuration: Json
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly namespace?: string
  readonly spot: Spot
  /** its `Configuration` */
  readonly settings: Spot
  /** its `RoleArn` */
  readonly roleSpot: Spot
}

export const pipelinesOf = (world: World): Pipeline[] =>
  world.resources
    .filter(resource => resource.type === 'AWS::CodePipeline::Pipeline')
    .map(({ name, arn, account, region, properties, spot }) => {
      const place = { name, arn, account, region }
      // The input of create-pipeline has its own spelling, and the places of findings are there.
      // https://docs.aws.amazon.com/cli/latest/reference/codepipeline/create-pipeline.html
      const given = member(spot.file.value, 'pipeline')
      return isObject(given)
        ? read(given, { file: spot.file, path: ['pipeline'] }, place)
        : read(properties, below(spot, 'Properties'), place)
    })

type Place = Pick<Pipeline, 'name' | 'arn' | 'account' | 'region'>

function read(properties: Json, spot: Spot, place: Place): Pipeline {
  const stages = spelled(properties, 'Stages')
  return {
    ...place,
    role: text(field(properties, 'RoleArn')) ?? '',
    stores: storesOf(properties, spot, place.region),
    actions: list(properties[stages]).flatMap((stage, i) => {
      const actions = spelled(stage, 'Actions')
      return list(field(stage, 'Actions')).map((action, j) =>
        readAction(action, text(field(stage, 'Name')) ?? String(i), below(spot, stages, i, actions, j), place),
      )
    }),
    spot,
    roleSpot: below(spot, spelled(properties, 'RoleArn')),
  }
}

function storesOf(properties: Json, spot: Spot, region: string): Store[] {
  const one = field(properties, 'ArtifactStore')
  const many = list(field(properties, 'ArtifactStores'))
  const each = (store: unknown, where: string, at: Spot): Store[] => {
    const bucket = text(field(store, 'Location'))
    const key = text(field(field(store, 'EncryptionKey'), 'Id'))
    return bucket === undefined ? [] : [{ bucket, ...(key ? { key } : {}), region: where, spot: at }]
  }
  return [
    ...each(one, region, below(spot, spelled(properties, 'ArtifactStore'))),
    ...many.flatMap((entry, i) =>
      each(
        field(entry, 'ArtifactStore'),
        text(field(entry, 'Region')) ?? region,
        below(spot, spelled(properties, 'ArtifactStores'), i, spelled(entry, 'ArtifactStore')),
      ),
    ),
  ]
}

function readAction(action: unknown, stage: string, spot: Spot, place: Place): Action {
  const type = field(action, 'ActionTypeId')
  const name = text(field(action, 'Name')) ?? ''
  const role = text(field(action, 'RoleArn'))
  const namespace = text(field(action, 'Namespace'))
  const configuration = field(action, 'Configuration')
  const names = (key: string) => list(field(action, key)).flatMap(each => text(field(each, 'Name')) ?? [])
  return {
    stage,
    name,
    step: `${stage}/${name}`,
    category: text(field(type, 'Category')) ?? '',
    owner: text(field(type, 'Owner')) ?? '',
    provider: text(field(type, 'Provider')) ?? '',
    ...(role === undefined ? {} : { role }),
    account: (role === undefined ? undefined : accountOfArn(role)) || place.account,
    region: text(field(action, 'Region')) ?? place.region,
    configuration: isObject(configuration) ? configuration : {},
    inputs: names('InputArtifacts'),
    outputs: names('OutputArtifacts'),
    ...(namespace === undefined ? {} : { namespace }),
    spot,
    settings: below(spot, spelled(action, 'Configuration')),
    roleSpot: below(spot, spelled(action, 'RoleArn')),
  }
}

/** Where an action's artifacts lie: the store of its region. */
export const storeOf = (pipeline: Pipeline, action: Action): Store | undefined =>
  pipeline.stores.find(store => store.region === action.region) ?? pipeline.stores[0]

/** A setting, where it is text. */
export const setting = (action: Action, name: string): string | undefined => text(member(action.configuration, name))
