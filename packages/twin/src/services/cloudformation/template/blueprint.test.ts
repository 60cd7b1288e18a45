import { expect, test } from 'vitest'
import { blueprint, type World } from './blueprint.ts'
import { parseBody } from './body.ts'
import { evaluate } from './evaluate.ts'
import type { Json, JsonObject } from './json.ts'
import { parameterValues } from './parameters.ts'
import { checkReferences } from './references.ts'
import { readTemplate } from './template.ts'

const place = { account: '111111111111', region: 'us-east-1', stackId: 'arn:s', stackName: 's', notificationArns: [] }
const world: World = {
  ref: id => `ref-${id}`,
  attribute: (id, name) => `${id}.${name}`,
  imported: name => (name === 'there' ? 'value' : undefined),
}

function plan(text: string, given: Record<string, string> = {}) {
  const template = readTemplate(parseBody(text))
  checkReferences(template, () => undefined)
  const parameters = Object.entries(given).map(([key, value]) => ({ key, value }))
  return blueprint(template, parameterValues(template, parameters, {}), place)
}

function properties(text: string, given: Record<string, string> = {}): JsonObject {
  const made = plan(text, given)
  return evaluate(made.resources.X?.properties as Json, made.scope(world)) as JsonObject
}

test('the functions of a YAML template, short and long, mean what CloudFormation says', () => {
  const text = `
Parameters:
  Names: { Type: CommaDelimitedList, Default: "a, b,c" }
  Stage: { Type: String, Default: test }
Mappings:
  Size: { test: { n: 1 }, prod: { n: 2 } }
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Other: !Or [!Condition Prod, !Not [!Equals [!Ref "AWS::Region", us-east-1]]]
Resources:
  Y: { Type: T }
  X:
    Type: T
    Properties:
      Joined: !Join ["-", !Ref Names]
      Second: !Select [1, !Split [",", "a,b"]]
      Sub: !Sub "\${Stage} \${Y.Arn} \${!Literal} \${AWS::AccountId}"
      Given: !Sub ["\${a}/\${Y}", { a: !FindInMap [Size, !Ref Stage, n] }]
      Attribute: !GetAtt Y.Nested.Name
      Encoded: { "Fn::Base64": hi }
      Cidr: !Cidr [10.0.0.0/16, 2, 8]
      Zone: !Select [0, !GetAZs ""]
      Imported: !ImportValue there
      Absent: !If [Other, x, !Ref "AWS::NoValue"]
      List: [!If [Prod, x, !Ref "AWS::NoValue"], y]
      Version: 2012-10-17
`
  expect(properties(text)).toEqual({
    Joined: 'a-b-c',
    Second: 'b',
    Sub: `test Y.Arn $\{Literal} 111111111111`,
    Given: '1/ref-Y',
    Attribute: 'Y.Nested.Name',
    Encoded: 'aGk=',
    Cidr: ['10.0.0.0/24', '10.0.1.0/24'],
    Zone: 'us-east-1a',
    Imported: 'value',
    List: ['y'],
    Version: '2012-10-17',
  })
  expect(properties(text, { Stage: 'prod' })).toMatchObject({ Absent: 'x', List: ['x', 'y'], Given: '2/ref-Y' })
})

const refused: [string, string][] = [
  ['{"Resources": {', 'Template format error: JSON not well-formed. (line 1, column 16)'],
  ['Resources: [', 'Template format error: YAML not well-formed.'],
  ['text', 'Template format error: unsupported structure.'],
  ['Description: x', 'Template format error: At least one Resources member must be defined.'],
  ['Foo: 1', 'Invalid template property or properties [Foo]'],
  [
    'Resources: { X: { Properties: {} } }',
    'Template format error: [/Resources/X] Every Resources object must contain a Type member.',
  ],
  [
    'Resources: { X: { Type: T, Properties: { a: !Ref Nowhere } } }',
    'Template format error: Unresolved resource dependencies [Nowhere] in the Resources block of the template',
  ],
  [
    'Resources: { X: { Type: T, Properties: { a: !GetAtt Nowhere.Arn } } }',
    'Template error: instance of Fn::GetAtt references undefined resource Nowhere',
  ],
  [
    'Resources: { A: { Type: T, DependsOn: B }, B: { Type: T, Properties: { a: !Ref A } }, C: { Type: T, DependsOn: A } }',
    'Circular dependency between resources: [A, B]',
  ],
  [
    'Conditions: { No: !Equals [a, b] }\nResources: { A: { Type: T, Condition: No }, X: { Type: T, Properties: { a: !Ref A } } }',
    'Template format error: Unresolved resource dependencies [A] in the Resources block of the template',
  ],
  ['Parameters: { P: { Type: String } }\nResources: { X: { Type: T } }', 'Parameters: [P] must have values'],
  ['Parameters: { P: { Type: Number, Default: x } }\nResources: { X: { Type: T } }', "Parameter 'P' must be a number"],
  [
    'Rules: { R: { Assertions: [{ Assert: !Contains [[a], b], AssertDescription: no b }] } }\nResources: { X: { Type: T } }',
    'R: no b',
  ],
]

test.each(refused)('%s is refused', (text, message) => {
  expect(() => plan(text)).toThrow(message)
})

test('a reference in the branch that a condition does not take is none', () => {
  const text = `
Conditions: { No: !Equals [a, b] }
Resources:
  A: { Type: T, Condition: No }
  X: { Type: T, Properties: { a: !If [No, !Ref A, none] } }
`
  expect(properties(text)).toEqual({ a: 'none' })
  expect(plan(text).edges).toEqual({ X: [] })
})
