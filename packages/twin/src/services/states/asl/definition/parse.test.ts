import { expect, test } from 'vitest'
import { refusal } from './finding.ts'
import { parseDefinition } from './parse.ts'

const said = (definition: unknown, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') => {
  const { findings } = parseDefinition(typeof definition === 'string' ? definition : JSON.stringify(definition), type)
  return findings.length === 0 ? 'OK' : refusal(findings)
}
const one = (state: object, more: object = {}) => ({ StartAt: 'S', States: { S: state }, ...more })
const refused = (text: string) => `Invalid State Machine Definition: '${text}'`

test('a definition that is not JSON is told where it stops being it', () => {
  const { findings } = parseDefinition('not a definition')
  expect(findings[0]).toMatchObject({
    code: 'INVALID_JSON_DESCRIPTION',
    location: '[Source: (String)"not a definition"; line: 1, column: 4]',
    message: expect.stringContaining(
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ),
  })
})

/** Worded as AWS worded them, where it was recorded. */
test.each([
  [{}, 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'],
  [
    one({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true }, { QueryLanguage: 'JSONata' }),
    "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S",
  ],
  [
    one({ Type: 'Parallel', Branches: [], End: true }),
    'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States/S/Branches',
  ],
  [
    one({ Type: 'Wait', Timestamp: '2016-03-14', End: true }),
    'SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/S/Timestamp',
  ],
  [one({ Type: 'Pass', Next: 'T' }), "MISSING_TRANSITION_TARGET: Missing 'Next' target: T at /States/S/Next"],
  [
    one({ Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createMagic.sync', End: true }),
    'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::sagemaker:createMagic.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource',
  ],
  [
    one({ Type: 'Pass', Parameters: { 'a.$': 'b' }, End: true }),
    "SCHEMA_VALIDATION_FAILED: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
  ],
])('%j', (definition, message) => {
  expect(said(definition)).toBe(refused(message))
})

test('an Express machine does not wait for jobs', () => {
  const task = { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync', Parameters: {}, End: true }
  expect(said(one(task), 'EXPRESS')).toBe(
    refused(
      "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/S/Resource",
    ),
  )
  expect(said(one(task))).toBe('OK')
})
