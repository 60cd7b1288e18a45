import fc from 'fast-check'
import { type Policy, type PolicyKind, parsePolicy } from '../index.ts'

/** Few names and many ways to write them, so that random policies meet. */
export const ACTIONS = [
  's3:GetObject',
  's3:Get*',
  's3:*Object',
  's3:?etObject',
  's3:PutObject',
  'S3:getobject',
  's3:*',
  'kms:Decrypt',
  'kms:De*',
  '*',
]

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: policy variables */
export const RESOURCES = [
  '*',
  'arn:aws:s3:::a',
  'arn:aws:s3:::a/*',
  'arn:aws:s3:::a/x',
  'arn:aws:s3:::a/x*',
  'arn:aws:s3:::a/*y',
  'arn:aws:s3:::?/x',
  'arn:aws:s3:::*',
  'arn:aws:s3:*:*:a/*',
  'arn:*:s3:::b/*',
  'arn:aws:s3',
  'arn:aws:s3:::a/${*}',
  'arn:aws:kms:*:111111111111:key/*',
  'arn:aws:kms:us-east-1:*:key/k',
]

export const OPEN_RESOURCES = [
  'arn:aws:s3:::a/${aws:username}/*',
  'arn:aws:s3:::${x:k}/*',
  "arn:aws:s3:::b/${x:k, 'x'}",
  'arn:aws:s3:::b/${aws:userid}',
]
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: policy variables */

export const ROLES = [
  'arn:aws:iam::111111111111:role/r',
  'arn:aws:iam::111111111111:role/p/r',
  'arn:aws:iam::222222222222:role/s',
]

const NAMES = [
  ...ROLES,
  'arn:aws:iam::111111111111:user/u',
  'arn:aws:sts::111111111111:assumed-role/r/run',
  'arn:aws:iam::111111111111:root',
  '222222222222',
  '*',
  'AROAROLEOFSOMEBODY01',
  'arn:aws:sts::111111111111:federated-user/f',
]

/** Which operators and values go with a key. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  'x:k': ['a', 'A', 'b*', 'ab', '?b', '', 'a*b'],
  'x:arn': ['arn:aws:s3:::a', 'arn:aws:s3:::*', 'arn:*:s3:::a*', 'a'],
  'x:n': ['1', '2', '2.0', '1e1', '-3'],
  'x:d': ['2020-01-01', '2020-01-01T00:00:00Z', '1577836801', '2021-06-01T12:00:00+02:00'],
  'x:ip': ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '::/0', '2001:db8::/32', '0.0.0.0/0'],
  'x:b': ['true', 'false', 'TRUE'],
  'x:bytes': ['YQ==', 'YQ', 'Yg=='],
  'x:set': ['a', 'b', 'c*', ''],
  'aws:PrincipalArn': [
    ...ROLES,
    'arn:aws:iam::111111111111:role/*',
    'arn:aws:iam::*:role/p/*',
    'arn:aws:iam::111111111111:user/*',
  ],
  'aws:PrincipalAccount': ['111111111111', '222222222222', '1*'],
  'aws:PrincipalType': ['User', 'AssumedRole', 'A*', 'account', 'FederatedUser'],
  'kms:CallerAccount': ['111111111111', '2*'],
  's3:ResourceAccount': ['111111111111', '999999999999'],
  'aws:PrincipalServiceName': ['lambda.amazonaws.com', '*.amazonaws.com'],
  'aws:PrincipalIsAWSService': ['true', 'false'],
  'aws:username': ['u', 'v*'],
  'aws:userid': ['AROAROLEOFSOMEBODY01:*', 'AIDA*'],
}

const TEXT = ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase']

const operatorsOf = (key: string): readonly string[] => {
  if (key === 'x:n')
    return ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(n => `Numeric${n}`)
  if (key === 'x:d')
    return ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(n => `Date${n}`)
  if (key === 'x:ip') return ['IpAddress']
  if (key === 'x:b' || key === 'aws:PrincipalIsAWSService') return ['Bool']
  if (key === 'x:bytes') return ['BinaryEquals']
  if (key === 'x:arn' || key === 'aws:PrincipalArn') return [...TEXT, 'ArnEquals', 'ArnLike']
  return TEXT
}

const negated = (name: string): string =>
  name === 'IpAddress'
    ? 'NotIpAddress'
    : /^(Numeric|Date|String|Arn)(Equals|Like)/.test(name)
      ? name.replace(/(Equals|Like)/, 'Not$1')
      : name

const clause = (keys: readonly string[], open: boolean) =>
  fc.constantFrom(...keys).chain(key =>
    fc
      .record({
        operator: fc.constantFrom(...operatorsOf(key), ...operatorsOf(key).map(negated)),
        exists: fc.constantFrom('', '', 'IfExists'),
        quantifier: key === 'x:set' ? fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:') : fc.constant(''),
        isNull: fc.nat(8).map(n => n === 0),
        values: fc.uniqueArray(fc.constantFrom(...KEYS[key]!, ...(open ? openValues(key) : [])), {
          minLength: 1,
          maxLength: 3,
        }),
        presence: fc.constantFrom('true', 'false'),
      })
      .map(({ operator, exists, quantifier, isNull, values, presence }) =>
        isNull ? { Null: { [key]: [presence] } } : { [`${quantifier}${operator}${exists}`]: { [key]: values } },
      ),
  )

// biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables
const openValues = (key: string) => (key === 'x:arn' ? ['arn:aws:s3:::${aws:username}'] : [])

const merged = (blocks: readonly Record<string, object>[]) => {
  const all: Record<string, Record<string, unknown>> = {}
  for (const block of blocks)
    for (const [operator, keys] of Object.entries(block)) all[operator] = { ...all[operator], ...keys }
  return all
}

const some = <T>(values: readonly T[], maxLength = 2) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength })

const principal = fc.oneof(
  { weight: 6, arbitrary: some(NAMES).map(AWS => ({ AWS })) },
  { weight: 1, arbitrary: fc.constant('*') },
  { weight: 2, arbitrary: some(['lambda.amazonaws.com', 'events.amazonaws.com']).map(Service => ({ Service })) },
  { weight: 1, arbitrary: fc.constant({ Federated: ['idp.example.com'] }) },
  { weight: 1, arbitrary: fc.constant({ CanonicalUser: ['c0ffee'], AWS: ['222222222222'] }) },
)

export interface Flavour {
  readonly named: boolean
  /** Variables whose values are not known. */
  readonly open: boolean
  readonly keys: readonly string[]
  readonly statements: number
}

function statement({ named, open, keys }: Flavour) {
  const resources = open ? [...RESOURCES, ...OPEN_RESOURCES] : RESOURCES
  return fc
    .record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
      action: fc.tuple(fc.nat(9), some(ACTIONS, 3)),
      resource: fc.tuple(fc.nat(9), some(resources, 3)),
      principal: fc.tuple(fc.nat(9), principal),
      conditions: fc.array(clause(keys, open), { maxLength: 2 }),
    })
    .map(each => ({
      Effect: each.Effect,
      [each.action[0] === 0 ? 'NotAction' : 'Action']: each.action[1],
      [each.resource[0] === 0 ? 'NotResource' : 'Resource']: each.resource[1],
      ...(named ? { [each.principal[0] === 0 ? 'NotPrincipal' : 'Principal']: each.principal[1] } : {}),
      ...(each.conditions.length > 0 ? { Condition: merged(each.conditions) } : {}),
    }))
}

export function policies(flavour: Flavour, kind: PolicyKind): fc.Arbitrary<readonly Policy[]> {
  return fc
    .array(statement(flavour), { minLength: 1, maxLength: flavour.statements })
    .map(statements => [{ kind, name: kind, document: parsePolicy({ Version: '2012-10-17', Statement: statements }) }])
}
