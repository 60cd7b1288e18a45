import { partitionOf, type Site } from './physical.ts'
import { pieces } from './substitution.ts'
import { isObject, type Json, member, placeholder } from './value.ts'

/** A number that nobody gave, the same for the same words: `SharedServicesAccountID`, `shared services`. */
export function assumedAccount(words: string): string {
  let hash = 0x811c9dc5
  for (const letter of stem(words)) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0
  return `9${String(hash).padStart(11, '0').slice(-11)}`
}

/** What tells accounts apart in a parameter's name: `shared services`. */
export const stem = (words: string): string =>
  words
    .replace(/(aws)?[-_ ]*acc(oun)?t[-_ ]*(id|number|no)?/i, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase()

export const isAccountName = (name: string): boolean =>
  /acc(oun)?t[-_]?(id|number|no)?s?$/i.test(name) && !/(name|alias|email|role|arn)/i.test(name)

/** Which service an ARN is of, by the words of its parameter. */
const SERVICES: readonly (readonly [RegExp, string])[] = [
  [/kms|key/i, 'kms:{region}:{account}:key/{name}'],
  [/role/i, 'iam::{account}:role/{name}'],
  [/user/i, 'iam::{account}:user/{name}'],
  [/policy|boundary/i, 'iam::{account}:policy/{name}'],
  [/bucket/i, 's3:::{name}'],
  [/topic/i, 'sns:{region}:{account}:{name}'],
  [/queue/i, 'sqs:{region}:{account}:{name}'],
  [/state_?machine|workflow/i, 'states:{region}:{account}:stateMachine:{name}'],
  [/function|lambda/i, 'lambda:{region}:{account}:function:{name}'],
  [/repo/i, 'codecommit:{region}:{account}:{name}'],
  [/pipeline/i, 'codepipeline:{region}:{account}:{name}'],
  [/secret/i, 'secretsmanager:{region}:{account}:secret:{name}'],
  [/table/i, 'dynamodb:{region}:{account}:table/{name}'],
]

/** What stands for a parameter that nobody gave a value: of the shape that its name and uses ask for. */
export function assumed(name: string, declaration: Json, site: Site, standsForAccount: boolean): string {
  if (isAccountName(name) || standsForAccount) return assumedAccount(name)
  const allowed = member(declaration, 'AllowedPattern')
  const service =
    typeof allowed === 'string' ? /arn:aws[^:]*:(kms|iam|s3|sns|sqs|states|lambda):/.exec(allowed)?.[1] : ''
  if (!/arn$/i.test(name) && !service) return placeholder(name)
  const shape = SERVICES.find(([words, text]) => (service ? text.startsWith(`${service}:`) : words.test(name)))?.[1]
  const values: Record<string, string> = {
    region: site.region,
    account: assumedAccount(/role|user|policy/i.test(name) ? `owner of ${name}` : 'owner of what is shared'),
    name: placeholder(name),
  }
  const arn = (shape ?? 'unknown:::{name}').replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? key)
  return `arn:${partitionOf(site.region)}:${arn}`
}

const BEFORE_ACCOUNT = /arn:[^:]*:[^:]*:[^:]*:$/

/** The parameters that stand where an ARN has its account: `arn:aws:iam::${Trusted}:root`. */
export function accountPositions(value: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  const meet = (parts: readonly unknown[]) => {
    let before = ''
    for (const part of parts) {
      if (typeof part === 'string') before += part
      else if (isObject(part)) {
        const name = member(part, 'Ref')
        if (typeof name === 'string' && BEFORE_ACCOUNT.test(before)) found.add(name)
        before += 'x'
      }
    }
  }
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) each.forEach(visit)
    if (!isObject(each)) return
    for (const [name, item] of Object.entries(each)) {
      const pattern: unknown = name === 'Fn::Sub' && Array.isArray(item) ? item[0] : item
      if (name === 'Fn::Sub' && typeof pattern === 'string') {
        meet(pieces(pattern).map(piece => ('text' in piece ? piece.text : { Ref: piece.name })))
      }
      if (name === 'Fn::Join' && Array.isArray(item) && item[0] === '' && Array.isArray(item[1])) meet(item[1])
      visit(item)
    }
  }
  visit(value)
  return found
}
