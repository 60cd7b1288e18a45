import { parseArn } from '@tripoint/iam'
import { nameOfArn } from '@tripoint/pipeline'
import { entryOf } from '../template/value.ts'
import type { Resource, World } from '../world/world.ts'
import { isOther, STRANGER } from './cell.ts'

/** What principals and resources of both worlds are called, so that a reviewer knows them without an ARN. */
export interface ThingWords {
  /** `production's deployer` */
  principal(name: string): string
  /** `the shared key` */
  resource(arn: string): string
  /** `production`, or the account's number */
  account(id: string): string
}

const KINDS: Readonly<Record<string, string>> = {
  'AWS::KMS::Key': 'key',
  'AWS::S3::Bucket': 'bucket',
  'AWS::CodeCommit::Repository': 'repository',
  'AWS::CodePipeline::Pipeline': 'pipeline',
  'AWS::Lambda::Function': 'function',
  'AWS::StepFunctions::StateMachine': 'state machine',
  'AWS::IAM::Role': 'role',
  'AWS::IAM::User': 'user',
  'AWS::ECR::Repository': 'image repository',
  'AWS::Events::Rule': 'rule',
}

export function thingWords(worlds: readonly World[]): ThingWords {
  const labels = new Map(worlds.flatMap(world => world.accounts.map(({ id, label }) => [id, label] as const)))
  const resources = new Map(worlds.flatMap(world => world.resources.map(each => [each.arn, each] as const)))
  const short = shortNames(worlds)
  const account = (id: string) => labels.get(id) ?? id
  return {
    account,
    principal(name) {
      if (name === 'anonymous') return 'anybody, without credentials'
      if (name.startsWith('service:')) return name.slice('service:'.length)
      const arn = parseArn(name)
      if (!arn) return name
      if (arn.account === STRANGER) return 'any other AWS account'
      if (isOther(name)) return `others of ${account(arn.account)} whom their own account allows it`
      if (arn.resource === 'root') return `${account(arn.account)}'s root`
      return `${account(arn.account)}'s ${short.get(name) ?? nameOfArn(arn.resource)}`
    },
    resource(arn) {
      if (arn === '*') return 'everything'
      const slash = arn.startsWith('arn:aws:s3:::') ? arn.indexOf('/') : -1
      const owner = slash < 0 ? arn : arn.slice(0, slash)
      const known = resources.get(owner)
      if (!known) return parseArn(arn)?.service === 's3' ? arn : patternWords(arn, account)
      const name = resourceWords(known, resources, account(known.account), short)
      return slash < 0 ? name : `${objectsWords(arn.slice(slash + 1))} ${name}`
    },
  }
}

const objectsWords = (pattern: string): string => {
  if (pattern === '*') return 'the objects of'
  return pattern.endsWith('*') ? `the objects under ${pattern.replace(/\*+$/, '')} of` : `${pattern} of`
}

/** By its kind alone where its account has one of the kind. */
function resourceWords(
  known: Resource,
  resources: ReadonlyMap<string, Resource>,
  label: string,
  short: ReadonlyMap<string, string>,
): string {
  const kind = entryOf(KINDS, known.type)
  if (kind === undefined) return `${known.name} in ${label}`
  if (kind === 'role' || kind === 'user') return `${label}'s ${short.get(known.arn) ?? known.name}`
  const alike = [...resources.values()].filter(({ type, account }) => type === known.type && account === known.account)
  return alike.length === 1 ? `the ${label} ${kind}` : `the ${label} ${kind} ${known.name}`
}

function patternWords(arn: string, account: (id: string) => string): string {
  const parts = parseArn(arn)
  if (!parts) return arn
  const where = parts.account === '' ? '' : ` in ${account(parts.account)}`
  return `${parts.service} ${parts.resource}${where}`
}

/** `churn-deploy-deployer-us-east-1` is `deployer`, as long as no other role of its account ends so. */
function shortNames(worlds: readonly World[]): ReadonlyMap<string, string> {
  const regions = new Set(worlds.flatMap(world => world.stacks.map(({ region }) => region)))
  const line = sharedWords(worlds.flatMap(world => world.stacks.map(({ name }) => name.split('-'))))
  const principals = new Map(worlds.flatMap(world => world.principals.map(each => [each.arn, each] as const)))
  const names = [...principals.values()].map(({ arn, name, account }) => {
    const region = [...regions].find(each => name.endsWith(`-${each}`))
    const words = (region === undefined ? name : name.slice(0, -region.length - 1)).split('-')
    const own = line.length < words.length && line.every((word, at) => word === words[at])
    return { arn, account, words: own ? words.slice(line.length) : words, ofLine: own && line.length > 0 }
  })
  return new Map(
    names.map(({ arn, account, words, ofLine }) => {
      // The stage comes before what the role is for.
      const tail = ofLine ? words.slice(1) : []
      const taken = names.some(
        other =>
          other.arn !== arn && other.account === account && other.words.slice(-tail.length).join() === tail.join(),
      )
      return [arn, (tail.length === 0 || taken ? words : tail).join('-')]
    }),
  )
}

/** The words with which all begin, as long as each goes on. */
function sharedWords(all: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = all
  const length = first.findIndex((word, at) => all.some(words => words.length <= at + 1 || words[at] !== word))
  return all.length < 2 ? [] : first.slice(0, length < 0 ? first.length : length)
}
