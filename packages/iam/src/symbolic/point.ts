import { arnFields } from '../language/arn.ts'
import { contextOf } from '../language/context.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import { parseTemplate } from '../language/template.ts'
import { codeTest } from '../language/wildcard.ts'
import { arnTest } from './arn-partition.ts'
import { type Bits, hasBit, membersOf } from './bits.ts'
import { exampleOf } from './cell.ts'
import type { Cube } from './cube.ts'
import type { Side } from './dimensions.ts'
import { MISSES } from './open-test.ts'
import { isInvented } from './requester.ts'
import { ACTION, FIRST_KEY, PRINCIPAL, RESOURCE } from './sets.ts'
import type { Space } from './space.ts'

/** One request out of a cube. */
export interface Point {
  readonly requester: Requester
  readonly action: string
  readonly resource: string
  readonly context: AccessRequest['context']
}

export interface Wording {
  /** Real names: one of these is preferred, as it is spelt. */
  readonly actions: readonly string[]
  /** Patterns as the policies write them. */
  readonly spelt: readonly string[]
  readonly context: AccessRequest['context']
}

/** Requests of the cube, the likeliest reading first: more than one only where something in it rests on a variable that is not known. */
export function pointsIn(cube: Cube, space: Space, wording: Wording): Point[] {
  const action = actionIn(cube[ACTION], space.actions, wording)
  const resource = resourceIn(cube[RESOURCE], space.resources, action)
  const requester = space.requesters[cube[PRINCIPAL] ? membersOf(cube[PRINCIPAL])[0]! : 0]!
  // By entries, as a key may have any name, `__proto__` too.
  const values = space.keys.flatMap(({ written, values }, i) => {
    const set = cube[FIRST_KEY + i]
    const value = values[set ? membersOf(set)[0]! : 0]
    return value ? [[written, value.length === 1 ? value[0]! : value] as const] : []
  })
  const context = { ...wording.context, ...Object.fromEntries(values) }
  const plain: Point = { requester, action, resource, context: withId(context, requester) }
  if (space.open.length === 0) return [plain]
  return [plain, ...guesses(plain, cube, space)]
}

export function unconfirmed({ approximations }: Space): string {
  return approximations.length > 0
    ? `it depends on what is not known: ${approximations.join('; ')}`
    : 'the evaluator does not confirm the request that was found'
}

/** Values for the variables, and a resource for each pattern that is to match. */
function guesses(plain: Point, cube: Cube, space: Space): Point[] {
  const first = FIRST_KEY + space.keys.length
  const given = new Set(Object.keys(plain.context).map(key => key.toLowerCase()))
  const keys = space.open.flatMap(open => open.keys).filter(key => !given.has(key))
  const matching = space.open.filter(({ kind }, i) => {
    const set = cube[first + i]
    return kind === 'resource' && set !== undefined && !hasBit(set, MISSES)
  })
  return ['x', 'other'].flatMap(value => {
    const context = { ...plain.context, ...Object.fromEntries(keys.map(key => [key, value])) }
    const known = contextOf({ ...plain, resourceAccount: '', identity: [], context })
    const codes = matching.map(({ text }) => parseTemplate(text, { variables: true, wildcards: true }).resolve(known))
    const resources = codes.filter(code => code !== undefined).map(exampleOf)
    return [...resources, plain.resource].map(resource => ({ ...plain, resource, context }))
  })
}

function withId(context: Record<string, string | readonly string[]>, requester: Requester): AccessRequest['context'] {
  const { uniqueId } = requester
  return isInvented(requester) || uniqueId === '' || /^\d/.test(uniqueId)
    ? context
    : { ...context, 'aws:userid': uniqueId }
}

function actionIn(set: Bits | undefined, side: Side, { actions, spelt }: Wording): string {
  const isIn = membership(set, side, code => codeTest(code))
  const named = actions.find(name => isIn(name.toLowerCase()))
  if (named) return named
  const written = spelt.filter(name => name.includes(':')).map(name => name.replaceAll('*', 'X').replaceAll('?', 'X'))
  const like = written.find(name => isIn(name.toLowerCase()))
  if (like) return like
  const samples = set ? membersOf(set).map(i => side.partition.samples[i]!) : side.partition.samples
  return isIn('service:action') ? 'service:Action' : (samples.find(sample => sample.includes(':')) ?? samples[0]!)
}

/** Where the region or the account is left out. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  s3: ['arn:aws:s3:::x', 'arn:aws:s3:::x/x'],
  iam: ['arn:aws:iam::111111111111:role/x'],
}

/** Looks like a pattern of the policies, of the action's service where there is one. */
function resourceIn(set: Bits | undefined, side: Side, action: string): string {
  const isIn = membership(set, side, arnTest)
  const service = action.split(':')[0]!
  const likely = side.codes.map(exampleArn).filter(arn => arn !== undefined && isIn(arn)) as string[]
  const general = [
    ...(Object.hasOwn(USUAL, service) ? USUAL[service]! : []),
    `arn:aws:${service}:us-east-1:111111111111:x`,
    'arn:aws:s3:::x/y',
  ].filter(isIn)
  const own = likely.filter(arn => arn.split(':')[2] === service)
  const samples = set ? membersOf(set).map(i => side.partition.samples[i]!) : side.partition.samples
  return shortest(own) ?? shortest(likely) ?? general[0] ?? samples[0]!
}

function shortest(texts: readonly string[]): string | undefined {
  return [...texts].sort((a, b) => a.length - b.length)[0]
}

function exampleArn(code: string): string | undefined {
  const text = exampleOf(code)
  return arnFields(text) ? text : undefined
}

/** Is the text in one of the set's parts? It is in the part whose sample matches what it matches. */
function membership(
  set: Bits | undefined,
  { codes, partition }: Side,
  testOf: (code: string) => (text: string) => boolean,
): (text: string) => boolean {
  if (!set) return () => true
  const marks = new Set(membersOf(set).map(i => partition.sets.map(own => (hasBit(own, i) ? '1' : '0')).join('')))
  const tests = codes.map(testOf)
  return text => marks.has(tests.map(test => (test(text) ? '1' : '0')).join(''))
}
