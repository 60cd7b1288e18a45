import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeOf } from '../source/spot.ts'
import { readWorld } from '../world/read-world.ts'
import type { World } from '../world/world.ts'
import { policyFindings } from './policy-findings.ts'

const runs = process.env.TRIPOINT_DEEP ? 20_000 : 400

/** Words that mean something, in places where they do not. */
const word = fc.constantFrom(
  ...[
    'Ref',
    'Fn::Sub',
    'Fn::GetAtt',
    'Fn::Join',
    'Fn::If',
    'Fn::Select',
    'Fn::Split',
    'Fn::FindInMap',
    'Fn::ImportValue',
  ],
  ...['Fn::Cidr', 'Fn::Length', 'Fn::And', 'Fn::Not', 'Condition', 'Fn::Transform', 'Type', 'Properties', 'RoleName'],
  ...[
    'PolicyDocument',
    'Statement',
    'Effect',
    'Action',
    'Resource',
    'Principal',
    'AWS',
    'AssumeRolePolicyDocument',
    'Policies',
  ],
  ...[
    'KeyPolicy',
    'Roles',
    'Users',
    'Value',
    'Export',
    'Name',
    'Default',
    'A',
    'B',
    '__proto__',
    'constructor',
    'Bucket',
  ],
)
const text = fc.oneof(
  word,
  fc.string(),
  fc.constantFrom(
    ...[
      'AWS::IAM::Role',
      'AWS::IAM::Policy',
      'AWS::IAM::ManagedPolicy',
      'AWS::KMS::Key',
      'AWS::S3::BucketPolicy',
      'AWS::Lambda::Permission',
    ],
    ...[
      'Allow',
      's3:*',
      '*',
      'arn:aws:s3:::b',
      `$\{A}`,
      `$\{A.Arn}`,
      '${',
      'AWS::NoValue',
      'AWS::AccountId',
      '111111111111',
      '<x>',
      '{"Statement":1}',
    ],
  ),
)
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom(null, true, 0, -1, 1e21),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  ),
}))
const section = fc.dictionary(fc.constantFrom('A', 'B', '__proto__', 'Fn::ForEach::X'), value, { maxKeys: 3 })
const resource = fc.record({ Type: text, Properties: value, Condition: fc.option(text, { nil: undefined }) })
const document = fc.record({
  Parameters: section,
  Conditions: section,
  Mappings: section,
  Outputs: section,
  Resources: fc.dictionary(fc.constantFrom('A', 'B', 'C', '__proto__'), fc.oneof(resource, value), { maxKeys: 4 }),
})

/** All of it can be shown: a place for each finding, and plain data. */
function show(world: World) {
  for (const { spot, message, cure } of [...world.findings, ...policyFindings(world)]) {
    if (spot) expect(placeOf(spot).line).toBeGreaterThan(0)
    expect(message.length * cure.length).toBeGreaterThan(0)
  }
  JSON.stringify(world.resources.map(({ properties, arn, name }) => [properties, arn, name]))
}

test('any JSON in the form of a template is a world with findings', () => {
  fc.assert(
    fc.property(document, document, (a, b) => {
      show(
        readWorld([
          { name: 'a', text: JSON.stringify(a) },
          { name: 'b', text: JSON.stringify(b), account: '111111111111' },
        ]),
      )
    }),
    { numRuns: runs, seed: 7 },
  )
})

test('any text is a world with findings', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.lorem(), text), fc.string(), (a, b) => {
      show(
        readWorld([
          { name: 'a', text: a },
          { name: 'b', text: `Resources:\n  A: ${a}\n  B:\n    Type: ${b}` },
        ]),
      )
    }),
    { numRuns: runs, seed: 7 },
  )
})
