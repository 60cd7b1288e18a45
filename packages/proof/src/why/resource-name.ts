import { parseArn } from '@tripoint/iam'
import type { Resource, World } from '../world/world.ts'
import { type Callable, called, found, type Named, theOne } from './named.ts'

/** Which resource is meant by an ARN, `s3://bucket/key`, a name, a logical id, or one of these and what lies below it. */
export function resourceNamed(world: World, word: string): Named {
  if (word === '*' || parseArn(word)) return found(word)
  const s3 = /^s3:\/\/([^/]+)(\/.*)?$/.exec(word)
  if (s3) return found(`arn:aws:s3:::${s3[1]}${s3[2] === '/' ? '' : (s3[2] ?? '')}`)
  if (word.startsWith('alias/'))
    return { problem: `${word} is an alias`, cure: 'name the key itself: an alias means another key in each account' }
  const things = callable(world)
  const first = word.split('/', 1)[0]!
  const owner = called(word, things).length === 0 && called(first, things).length > 0 ? first : word
  const named = theOne(owner, things, {
    kind: 'resource',
    cure: 'name it as its template does, or give its ARN, or s3://BUCKET/KEY; * for an action without resources',
  })
  return 'arn' in named ? found(`${named.arn}${word.slice(owner.length)}`) : named
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
