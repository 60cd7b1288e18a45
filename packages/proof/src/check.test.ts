import { expect, test } from 'vitest'
import { check } from './check.ts'
import { textReport } from './report/text/text-report.ts'
import { readWorld } from './world/read-world.ts'

const NAMES = ['constructor', 'toString', '__proto__', 'hasOwnProperty']

/** Every place of a template whose word is looked up in a table. */
const named = (name: string) => ({
  Resources: {
    Thing: { Type: name, Properties: { Name: 'thing' } },
    Function: { Type: 'AWS::Lambda::Function', Properties: { Runtime: name } },
    Pipeline: {
      Type: 'AWS::CodePipeline::Pipeline',
      Properties: {
        RoleArn: 'arn:aws:iam::111111111111:role/pipeline',
        Stages: [
          {
            Name: name,
            Actions: [
              {
                Name: name,
                ActionTypeId: { Category: name, Provider: 'CloudFormation', Owner: 'AWS', Version: '1' },
                Configuration: { ActionMode: name, StackName: name },
              },
              { Name: 'other', ActionTypeId: { Category: name, Provider: name, Owner: name, Version: '1' } },
            ],
          },
        ],
      },
    },
  },
})

test.each(NAMES)('%s is a name like any other', name => {
  const text = (word: string) => {
    const world = readWorld([{ name: 'a.json', text: JSON.stringify(named(word)), account: '111111111111' }])
    const report = check(world, { name: 'a', now: () => 0 })
    return textReport(report, { paint: (_, words) => words, long: true, width: 100_000 }) + JSON.stringify(report)
  }
  const other = 'q'.repeat(name.length)
  expect(text(name).toLowerCase().replaceAll(name.toLowerCase(), other)).toBe(text(other).toLowerCase())
})
