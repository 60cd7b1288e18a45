import { expect, test } from 'vitest'
import { placeOf } from '../source/spot.ts'
import { codes, role, template } from './case.fixture.ts'
import { EVERYTHING } from './everything.fixture.ts'
import { readWorld } from './read-world.ts'
import { statementSpot } from './statement-spot.ts'

test('every intrinsic function comes to what CloudFormation makes of it', () => {
  const world = readWorld([{ name: 'all.yml', text: EVERYTHING, account: '111111111111', stack: 'all' }], {
    parameters: { SharedServicesAccountID: '222222222222', Trusted: '333333333333' },
  })
  expect(world.resources.map(({ logicalId }) => logicalId)).toEqual(['Bucket', 'Topic', 'Key', 'Perhaps', 'Probe'])
  expect(world.resources.at(-1)?.properties).toEqual({
    Name: '/probe',
    Join: 'one-two-three',
    Select: 'b',
    Sub: `ml.m5.large/<Prefix>-111111111111-us-east-1/arn:aws:s3:::<Prefix>-111111111111-us-east-1/$\{Literal}`,
    Missing: 'none',
    Attribute: 'all-Topic',
    List: 'arn:aws:kms:us-east-1:111111111111:key/all-Key',
    Base64: 'aGk=',
    Cidr: ['10.0.0.0/24', '10.0.1.0/24'],
    Zone: 'us-east-1a',
    If: 'yes-it-is',
    Else: 'no',
    Either: 1,
    Items: ['y'],
    Json: '{"a":[1,true]}',
    Length: 2,
    Partition: 'aws',
    Stack: 'all',
    Suffix: 'amazonaws.com',
    Root: 'arn:aws:iam::333333333333:root',
    Zeros: '012345678901',
    Version: '2012-10-17',
  })
  expect(codes(world.findings)).toEqual(['condition-by-default:12', 'unresolved-parameter:7', 'undecided-condition:30'])
  expect(world.accounts).toEqual([
    { id: '111111111111', label: 'all', known: 'given' },
    { id: '222222222222', label: 'shared services', known: 'given' },
    { id: '333333333333', label: 'trusted', known: 'given' },
  ])
})

test('what a condition leaves out by a default alone is said, and by a value that was given it is not', () => {
  const text = `Parameters: { Env: { Type: String, Default: dev } }
Conditions: { Prod: !Equals [!Ref Env, prod], Open: !Condition Prod }
Resources:
  Topic: { Type: AWS::SNS::Topic, Condition: Open }
`
  expect(codes(readWorld([template(text)]).findings)).toEqual(['condition-by-default:2'])
  expect(codes(readWorld([template(text, { parameters: { Env: 'dev' } })]).findings)).toEqual([])
})

const single = (properties: string) =>
  `Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      ${properties}\n`

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['an unknown function', single('TopicName: { "Fn::Bogus": [a] }'), ['unknown-intrinsic:5']],
  ['an unknown tag', single('TopicName: !Bogus a'), ['unknown-intrinsic:5']],
  ['a reference to nothing', single('TopicName: !Ref Nothing'), ['unresolved-reference:5']],
  ['an attribute of nothing', single('TopicName: !GetAtt Nothing.Arn'), ['unresolved-reference:5']],
  ['a variable of nothing', single(`TopicName: !Sub "a$\{Nothing}"`), ['unresolved-reference:5']],
  ['an index beyond the list', single('TopicName: !Select [3, [a, b]]'), ['malformed-intrinsic:5']],
  ['a map without the key', single('TopicName: !FindInMap [A, b, c]'), ['malformed-intrinsic:5']],
  ['a join of nothing', single('TopicName: !Join [a]'), ['malformed-intrinsic:5']],
  ['a name made of itself', single(`TopicName: !Sub "a-$\{Topic}"`), ['circular-reference:5']],
  ['an import of nothing', single('TopicName: !ImportValue nobody-has-it'), ['unresolved-import:5']],
  [
    'a condition of nothing',
    single('TopicName: !If [Nothing, a, b]'),
    ['unresolved-reference:5', 'undecided-condition:5'],
  ],
  [
    'an attribute that is not known',
    single('TopicName: !GetAtt Other.Colour\n  Other: { Type: Custom::Thing }'),
    ['unknown-attribute:5'],
  ],
  ['a nested stack', 'Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n', ['nested-stack:3']],
  ['a macro', single('"Fn::Transform": { Name: AWS::Include }'), ['macro:5']],
  ['a function beside a property', single('{ Ref: Topic, TopicName: b }'), ['unknown-intrinsic:5']],
  ['a loop over resources', 'Resources:\n  "Fn::ForEach::Topics": [a, [b], {}]\n', ['macro:2']],
  ['a resource without a type', 'Resources:\n  Topic: { Properties: {} }\n', ['malformed-template:2']],
  [
    'a section that is a list',
    'Parameters: [a]\nResources:\n  Topic: { Type: "AWS::SNS::Topic" }\n',
    ['malformed-template:1'],
  ],
  [
    'a function of SAM',
    'Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n',
    ['macro:1', 'serverless:4'],
  ],
  ['another document', 'hello: world\n', ['not-a-template:1']],
  ['a list', '[1, 2]', ['not-a-template:1']],
  ['a text', 'just words', ['not-a-template:1']],
  ['what cannot be parsed', '{"Resources": }', ['unreadable-file:1']],
]

test.each(cases)('%s is said with its line', (_name, text, expected) => {
  expect(codes(readWorld([template(text)]).findings)).toEqual(expected)
})

const ALLOW = '- { Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }'

/** Each beside a statement that is sound, which counts. */
const policies: readonly (readonly [string, string, string, RegExp])[] = [
  ['Alow', '- { Effect: Alow, Action: "s3:GetObject", Resource: "*" }', 'unknown-effect', /nearest is Allow/],
  [
    'an unknown element',
    '- { Effect: Allow, Actoin: "s3:GetObject", Action: "s3:GetObject", Resource: "*" }',
    'unknown-element',
    /nearest is Action/,
  ],
  [
    'a misspelt operator',
    '- { Effect: Allow, Action: "s3:GetObject", Resource: "*", Condition: { StringEqual: { "aws:PrincipalArn": x } } }',
    'unknown-operator',
    /nearest is StringEquals/,
  ],
  [
    'a resource without arn',
    '- { Effect: Allow, Action: "s3:GetObject", Resource: bucket }',
    'malformed-arn',
    /write an ARN/,
  ],
  [
    'an action without service',
    '- { Effect: Allow, Action: GetObject, Resource: "*" }',
    'malformed-action',
    /service:Action/,
  ],
  [
    'a principal',
    '- { Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*" }',
    'misplaced-element',
    /leave it out/,
  ],
]

test.each(policies)('%s in one statement leaves the others', (_name, statement, code, cure) => {
  const world = readWorld([template(role(`${statement}\n${ALLOW}`))])
  expect(codes(world.findings)).toEqual([`${code}:14`])
  expect(world.findings[0]?.cure).toMatch(cure)
  const [policy] = world.principals[0]!.identity
  expect(policy?.policy.document.Statement).toMatchObject([
    { Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/*'] },
  ])
  expect(placeOf(statementSpot(policy!, 0)).line).toBe(15)
})

test('two statements of one name are a finding, and both count', () => {
  const named = ALLOW.replace('{', '{ Sid: A,')
  const world = readWorld([template(role(`${named}\n${named}`))])
  expect(codes(world.findings)).toEqual(['duplicate-sid:15'])
  expect(world.principals[0]!.identity[0]!.policy.document.Statement).toHaveLength(2)
})

test('a policy that is no document at all allows nothing', () => {
  for (const document of ['nonsense', '[]', '{}', '{ Statement: 3 }', '{ Statement: [] }']) {
    const world = readWorld([
      template(
        `Resources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      Roles: [x]\n      PolicyDocument: ${document}\n`,
      ),
    ])
    expect(world.findings.length).toBeGreaterThan(0)
    expect(world.findings.map(finding => finding.spot && placeOf(finding.spot).line)).toContain(6)
    expect(world.principals[0]!.identity[0]!.policy.document.Statement).toEqual([])
  }
})

test('a statement of a branch stands in its branch, and one behind what is left out where it is written', () => {
  const text = `Conditions:
  No: !Equals [a, b]
Resources:
  P:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: p
      Roles: [x]
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - !If [No, { Effect: Allow, Action: "s3:*", Resource: "*" }, !Ref AWS::NoValue]
          - ${ALLOW.slice(2)}
          - !If
            - No
            - !Ref AWS::NoValue
            - { Effect: Allow, Action: "sns:*", Resource: "*" }
          - { Effect: Alow, Action: "sns:*", Resource: "*" }
`
  const world = readWorld([template(text)])
  expect(codes(world.findings)).toEqual(['unknown-effect:18'])
  const [policy] = world.principals[0]!.identity
  expect([0, 1].map(index => placeOf(statementSpot(policy!, index)).line)).toEqual([13, 17])
})
