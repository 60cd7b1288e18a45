/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and templates */
import type { Chance } from './chance.ts'

const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

const states = (definition: object) => JSON.stringify({ StartAt: 'A', States: { A: definition } })
const jsonata = (Output: string) => states({ Type: 'Pass', QueryLanguage: 'JSONata', Output, End: true })
const choice = (rule: object) => states({ Type: 'Choice', Choices: [{ ...rule, Next: 'A' }], Default: 'A' })
const chain = (length: number) =>
  Object.fromEntries(Array.from({ length }, (_, at) => [`S${at}`, { Type: 'Pass', Next: `S${(at + 1) % length}` }]))

const definitions: readonly string[] = [
  states({ Type: 'Pass', End: true }),
  states({ Type: 'Pass', Next: 'A' }),
  states({ Type: 'Pass', Next: 'constructor' }),
  JSON.stringify({ StartAt: 'toString', States: { A: { Type: 'Pass', End: true } } }),
  choice({ Variable: '$.a', IsPresent: false }),
  states({ Type: 'Wait', Seconds: 1e308, End: true }),
  states({ Type: 'Wait', Timestamp: 'soon', End: true }),
  states({ Type: 'Pass', Parameters: { 'x.$': "States.Format('{}{}{}', $)" }, End: true }),
  states({
    Type: 'Pass',
    Parameters: { 'x.$': `States.Array(${'States.Array('.repeat(500)}1${')'.repeat(500)})` },
    End: true,
  }),
  states({ Type: 'Pass', Parameters: { 'x.$': 'States.ArrayRange(0, 999999999, 1)' }, End: true }),
  states({ Type: 'Pass', InputPath: '$..[?(@.a=~/(a+)+$/)]', End: true }),
  states({ Type: 'Pass', ResultPath: '$.__proto__.polluted', Result: true, End: true }),
  states({
    Type: 'Map',
    Iterator: { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
    MaxConcurrency: -1,
    End: true,
  }),
  states({ Type: 'Parallel', Branches: [], End: true }),
  states({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: null, End: true }),
  states({ Type: 'Task', Resource: 'arn:aws:states:::', TimeoutSeconds: -5, End: true }),
  states({ Type: 'constructor', End: true }),
  choice({ Variable: '$.a', constructor: 1 }),
  states({ Type: 'Pass', Parameters: { 'x.$': 'States.constructor()' }, End: true }),
  states({ Type: 'Pass', Parameters: { 'x.$': '$.constructor.name' }, Next: 'constructor' }),
  states({ Type: 'Task', Resource: 'arn:aws:states:::constructor:constructor', End: true }),
  states({
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:constructor:toString',
    Retry: [{ ErrorEquals: ['constructor'], JitterStrategy: 'toString' }],
    End: true,
  }),
  jsonata("{% $match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+$/) %}"),
  jsonata('{% ($f := function($x){ $f($x) & $f($x) }; $f(1)) %}'),
  jsonata("{% $pad('', 1000000000) %}"),
  jsonata('{% [1..10000000] %}'),
  jsonata('{% $eval("1") %}'),
  jsonata(`{% ${'('.repeat(3000)}1${')'.repeat(3000)} %}`),
  jsonata('{% $constructor.constructor("return process")() %}'),
  choice({ Variable: '$.a', StringMatches: '*a'.repeat(1000) }),
  choice({ Not: { Not: { Not: {} } } }),
  choice({ Variable: '$.a', NumericEquals: 'x' }),
  JSON.stringify({ StartAt: 'S0', States: chain(300) }),
  JSON.stringify({ StartAt: '__proto__', States: JSON.parse('{"__proto__":{"Type":"Pass","End":true}}') }),
  JSON.stringify({ StartAt: 1, States: [] }),
  '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true},"A":{"Type":"Fail"}}}',
]

const resources = (Resources: unknown, more = {}) => JSON.stringify({ Resources, ...more })
const group = (Properties: unknown, more = {}) => ({ G: { Type: 'AWS::Logs::LogGroup', Properties, ...more } })
const nested = (name: string, depth: number): unknown =>
  depth === 0 ? 'x' : { [name]: [',', [nested(name, depth - 1)]] }

const templates: readonly string[] = [
  resources(group({})),
  resources(group({ LogGroupName: { Ref: 'G' } })),
  resources({ A: { Type: 'AWS::Logs::LogGroup', DependsOn: 'B' }, B: { Type: 'AWS::Logs::LogGroup', DependsOn: 'A' } }),
  resources(group({ LogGroupName: nested('Fn::Join', 200) })),
  resources(group({ LogGroupName: { 'Fn::Sub': `\${${'A'.repeat(5000)}}` } })),
  resources(group({ LogGroupName: { 'Fn::Sub': ['${a}'.repeat(10_000), { a: 'a'.repeat(10_000) }] } })),
  resources(group({ LogGroupName: { 'Fn::Join': ['x', Array.from({ length: 5000 }, () => 'y'.repeat(100))] } })),
  resources(group({ LogGroupName: { 'Fn::Select': [-1, ['a']] } })),
  resources(group({ LogGroupName: { 'Fn::Split': ['', 'aaaa'] } })),
  resources(group({ LogGroupName: { 'Fn::GetAtt': 'x' } })),
  resources(group({ LogGroupName: { 'Fn::FindInMap': ['__proto__', 'a', 'b'] } })),
  resources(group({ LogGroupName: { 'Fn::If': ['C', 'a', 'b'] } }), { Conditions: { C: { Condition: 'C' } } }),
  resources(group({ LogGroupName: { 'Fn::Cidr': ['10.0.0.0/8', 1_000_000, 8] } })),
  resources(group({ RetentionInDays: 'x' }), {
    Parameters: { P: { Type: 'String', AllowedPattern: '(a+)+$', Default: `${'a'.repeat(40)}!` } },
  }),
  resources(group('text')),
  resources(group({ LogGroupName: { Ref: 'constructor' } })),
  resources(group({ LogGroupName: { 'Fn::GetAtt': ['constructor', 'name'] } })),
  resources(group({ LogGroupName: { 'Fn::GetAtt': ['G', 'constructor'] } })),
  resources(group({ LogGroupName: { 'Fn::Sub': '${constructor} ${toString.name} ${__proto__}' } })),
  resources(group({ LogGroupName: { 'Fn::FindInMap': ['constructor', 'name', 'x'] } }), {
    Mappings: { M: { a: { b: 'c' } } },
  }),
  resources(group({ LogGroupName: { 'Fn::FindInMap': ['M', 'constructor', 'name'] } }), {
    Mappings: { M: { a: { b: 'c' } } },
  }),
  resources(group({ LogGroupName: { 'Fn::constructor': 'x' } })),
  resources(group({ LogGroupName: { 'Fn::If': ['constructor', 'a', 'b'] } })),
  resources(group({ LogGroupName: { 'Fn::ImportValue': 'constructor' } })),
  resources(group({}, { DependsOn: 'constructor', Condition: 'toString' })),
  resources(group({ constructor: 'x', toString: 1, hasOwnProperty: 2 })),
  resources(group({}), { Parameters: { constructor: { Type: 'String', Default: 'x' }, P: { Type: 'toString' } } }),
  resources(group({}), { Rules: { R: { Assertions: [{ Assert: { 'Fn::constructor': [] } }] } } }),
  resources([]),
  resources({ __proto__: null, constructor: { Type: 'AWS::Logs::LogGroup' } }),
  resources({ G: null }),
  resources({ G: { Type: { Ref: 'x' } } }),
  resources({ G: { Type: 'constructor' } }),
  resources(group({}), { Outputs: { O: { Value: { Ref: 'Nobody' } } }, Mappings: [] }),
  resources(group({}), { Transform: 'AWS::Serverless-2016-10-31' }),
  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nResources: *e\n',
  'Resources: &r\n  G: *r\n',
  'Resources:\n  G:\n    Type: !Sub [!Ref x]\n',
  'Resources:\n  ? [a, b]\n  : c\n',
  '--- a\n--- b\n',
  '%YAML 9.9\n---\n!!js/function "x"',
  '\tResources',
  '',
  'null',
  '[]',
  deep('[', ']', 4000),
  deep('{"a":', '}', 50),
]

const statement = (more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] })
const policies: readonly string[] = [
  statement({}),
  statement({ Principal: '*' }),
  statement({ Principal: { AWS: ['111111111111', 'x', 'arn:aws:iam::1:root', '*'] } }),
  statement({ Principal: { AWS: null } }),
  statement({ Resource: '*'.repeat(5000) }),
  statement({ Resource: `${'*a'.repeat(2000)}b` }),
  statement({ Action: Array.from({ length: 2000 }, (_, at) => `s3:Get*${at}`) }),
  statement({ Condition: { StringLike: { 'aws:x': '*?'.repeat(1000) } } }),
  statement({ Condition: { constructor: { __proto__: 1 } } }),
  statement({
    Condition: {
      NumericEquals: { 'aws:x': 'NaN' },
      DateEquals: { 'aws:x': '99999999999999999999' },
      IpAddress: { 'aws:SourceIp': '::/999' },
    },
  }),
  statement({ Condition: { 'ForAllValues:Bool': { 'aws:SecureTransport': [] } } }),
  statement({ Condition: [] }),
  statement({ Sid: {}, Effect: 'Maybe' }),
  statement({ Action: 1, Resource: {} }),
  statement({ Resource: ['arn:aws:s3:::${aws:username', '${', '${*}'] }),
  '{"Version":"2012-10-17","Statement":{}}',
  '{"Version":"2012-10-17","Version":"2008-10-17","Statement":[null]}',
  '{"Version":1}',
  '{"Statement":"x"}',
  '[]',
  'null',
  '"',
  deep('[', ']', 5000),
  deep('{"Statement":', '}', 90),
]

const patterns: readonly string[] = [
  '{"source":["fuzz"]}',
  '{"source":[{"wildcard":"*a*a*a*a*a*a*a*a*a*a*b"}]}',
  '{"source":[{"prefix":{"equals-ignore-case":1}}]}',
  '{"source":[{"anything-but":{"anything-but":[]}}]}',
  '{"source":[{"numeric":["<",1e999,">","x"]}]}',
  '{"source":[{"cidr":"::/129"}]}',
  '{"source":[{"constructor":1}],"detail":{"a":[{"anything-but":{"toString":"x"}}]}}',
  '{"source":[{"numeric":["constructor",1]}]}',
  '{"source":[{"exists":"x"}],"$or":[{},{"$or":[]}]}',
  '{"source":[]}',
  '{"__proto__":["x"],"constructor":["y"]}',
  '{"a":{"b":{"c":[[[["x"]]]]}}}',
  deep('{"a":', '}', 90),
  deep('{"a":', '}', 4000),
  '[]',
  '%x% [a, b, *]',
  '[w1=%(a+)+$%, *]',
  '{ $.a = "(((((" || ($.b != 1 && ($.c IS NULL)) }',
  '{ $.a[999999999999] = * }',
  '"unterminated',
  '?'.repeat(1000),
  '% (a|a)*$ %',
]

/** By the end of a member's name: documents that a service parses itself. */
const documents: Record<string, readonly string[]> = {
  definition: definitions,
  templatebody: templates,
  stackpolicybody: policies,
  policydocument: policies,
  policy: policies,
  eventpattern: patterns,
  filterpattern: patterns,
  input: ['{}', '[]', 'null', '{"__proto__":{"a":1}}', deep('[', ']', 3000), '{"a":', '1e999', `"${'x'.repeat(5000)}"`],
  detail: ['{}', '[]', 'x', deep('{"a":', '}', 500)],
  event: [
    '{"source":"fuzz","detail-type":"x","detail":{},"id":"1","account":"1","time":"t","region":"r","resources":[]}',
    '{}',
    '[]',
  ],
  output: ['{}', '', '{', deep('[', ']', 3000)],
  payload: ['{}', 'null', '{"a":'],
}

export function documentFor(member: string, from: Chance): string | undefined {
  const key = Object.keys(documents).find(end => member.endsWith(end))
  return key === undefined ? undefined : from.pick(documents[key] ?? [''])
}
