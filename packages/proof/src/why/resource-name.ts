import { parseArn } from '@tripoint/iam'
import type { Resource, World } from '../world/world.ts'
import { type Callable, called, found, type Named } from './named.ts'
import { nearNames } from './near-names.ts'

/** Which resource is meant by an ARN, `s3://bucket/key`, a name, a logical id, or one of these and what lies below it. */
export function resourceNamed(world: World, word: string): Named {
  if (word === '*' || parseArn(word)) return found(word)
  const s3 = /^s3:\/\/([^/]+)(\/.*)?$/.exec(word)
  if (s3) return found(`arn:aws:s3:::${s3[1]}${s3[2] === '/' ? '' : (s3[2] ?? '')}`)
  if (word.startsWith('alias/'))
    return { problem: `${word} is an alias`, cure: 'name the key itself: an alias means another key in each account' }
  const things = callable(world)
  const whole = called(word, things)
  const slash = word.indexOf('/')
  const matches = whole.length > 0 || slash < 0 ? whole : called(word.slice(0, slash), things)
  const below = whole.length > 0 || slash < 0 ? '' : word.slice(slash)
  const [match] = matches
  if (match !== undefined && matches.length === 1) return found(`${match.arn}${below}`)
  if (matches.length > 1)
    return {
      problem: `"${word}" may be ${matches.map(({ arn }) => arn).join(' or ')}`,
      cure: 'give the whole name, or the ARN',
    }
  const near = nearNames(
    word,
    things.flatMap(({ names }) => names),
  )
  const known = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
  return {
    problem: `no template has a resource called "${word}"${known}`,
    cure: 'name it as its template does, or give its ARN, or s3://BUCKET/KEY; * for an action without resources',
  }
}

/** A policy of a bucket or a queue is no resource that a request could name: the bucket is. */
const isNameable = ({ type, arn }: Resource): boolean =>
  parseArn(arn) !== undefined && (!type.endsWith('Policy') || type === 'AWS::IAM::ManagedPolicy')

const callable = (world: World): Callable[] => [
  ...new Map(
    world.resources
      .filter(isNameable)
      .map(({ arn, name, logicalId, stack }) => [arn, { arn, names: [name, logicalId, `${stack}/${logicalId}`] }]),
  ).values(),
]
