import { below, type Spot } from '../source/spot.ts'
import { isObject, member } from '../template/value.ts'
import type { World } from '../world/world.ts'
import { json } from './deployed.ts'
import { list, text } from './field.ts'

/** A state machine with its tasks. */
export interface Machine {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly stack: string
  readonly role: string
  readonly states: readonly State[]
  /** its definition cannot be read: it lies elsewhere, or is no JSON */
  readonly unread?: string
  readonly spot: Spot
  /** where the definition stands */
  readonly definition: Spot
}

export interface State {
  readonly name: string
  readonly type: string
  /** `arn:aws:states:::sagemaker:createTrainingJob.sync` */
  readonly resource?: string
  /** its `Parameters`, or `Arguments` in a workflow of JSONata */
  readonly parameters: unknown
  readonly retries: boolean
  readonly spot: Spot
}

export const machinesOf = (world: World): Machine[] =>
  world.resources
    .filter(resource => resource.type === 'AWS::StepFunctions::StateMachine')
    .map(resource => {
      const { properties, spot } = resource
      const place = ['Definition', 'DefinitionString'].find(each => Object.hasOwn(properties, each))
      const definition = place === undefined ? spot : below(spot, 'Properties', place)
      const source = substituted(properties[place ?? ''], properties.DefinitionSubstitutions)
      const parsed = typeof source === 'string' ? json(source) : source
      return {
        logicalId: resource.logicalId,
        name: resource.name,
        arn: resource.arn,
        account: resource.account,
        region: resource.region,
        stack: resource.stack,
        role: text(properties.RoleArn) ?? '',
        states: statesOf(parsed, definition, typeof source !== 'string', 0),
        ...(isObject(parsed) ? {} : { unread: place === undefined ? 'it lies in a file of its own' : 'it is no JSON' }),
        spot,
        definition,
      }
    })

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html */
function substituted(definition: unknown, substitutions: unknown): unknown {
  if (!isObject(substitutions)) return definition
  const source = typeof definition === 'string' ? definition : JSON.stringify(definition)
  const quote = (value: string) => JSON.stringify(value).slice(1, -1)
  return source?.replace(/\$\{([A-Za-z0-9_]{1,255})\}/g, (whole, name: string) => {
    const value = text(member(substitutions, name))
    return value === undefined ? whole : quote(value)
  })
}

const DEEPEST = 20

/** The states, those of branches and of maps too. In a definition that is one text, all stand where the text stands. */
function statesOf(definition: unknown, at: Spot, structured: boolean, depth: number): State[] {
  const states = member(definition, 'States')
  if (!isObject(states) || depth > DEEPEST) return []
  return Object.entries(states).flatMap(([name, state]) => {
    const spot = structured ? below(at, 'States', name) : at
    const inner = [
      ...list(member(state, 'Branches')).map((branch, i) => [branch, ['Branches', i]] as const),
      ...['ItemProcessor', 'Iterator'].map(key => [member(state, key), [key]] as const),
    ]
    const resource = text(member(state, 'Resource'))
    return [
      {
        name,
        type: text(member(state, 'Type')) ?? '',
        ...(resource === undefined ? {} : { resource }),
        parameters: member(state, 'Parameters') ?? member(state, 'Arguments') ?? {},
        retries: list(member(state, 'Retry')).length > 0,
        spot,
      },
      ...inner.flatMap(([child, path]) =>
        statesOf(child, structured ? below(spot, ...path) : at, structured, depth + 1),
      ),
    ]
  })
}
