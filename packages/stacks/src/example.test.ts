import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SAMPLE_LINES } from './sample-lines.fixture.ts'
import { synthTemplates } from './synth.ts'

const file = (name: string) => readFileSync(new URL(`../../../examples/churn/${name}`, import.meta.url), 'utf8')

test('the training template of the example takes the parameters that the pipeline passes', () => {
  const { pipeline } = synthTemplates(SAMPLE_LINES.plain)
  const passed = /"ParameterOverrides":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(pipeline))?.[1] ?? '""'
  const template = JSON.parse(file('training.template.json'))
  expect(Object.keys(template.Parameters).toSorted()).toEqual(Object.keys(JSON.parse(JSON.parse(passed))).toSorted())
  expect(template.Outputs).toHaveProperty('StateMachineArn')
})

test('the labelled validation data is the validation data without the line that has no label', () => {
  const lines = file('data/validation.csv').split('\n')
  expect(lines.filter(line => line.startsWith(','))).toEqual([lines[5]])
  expect(file('data/validation-labelled.csv')).toBe(lines.toSpliced(5, 1).join('\n'))
})
