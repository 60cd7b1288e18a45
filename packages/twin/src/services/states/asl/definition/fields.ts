import type { QueryLanguage, StateType } from '../language/machine.ts'

type Fields = readonly string[]

const everywhere: Fields = ['Type', 'Comment', 'QueryLanguage']
const onward: Fields = ['Next', 'End', 'Assign']
const worked: Fields = ['Retry', 'Catch']
const inputOutput: Fields = ['InputPath', 'OutputPath']

/** Which fields a state may have: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
const both: Record<StateType, Fields> = {
  Pass: onward,
  Task: [...onward, ...worked, 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'],
  Choice: ['Choices', 'Default', 'Assign'],
  Wait: [...onward, 'Seconds', 'Timestamp'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
  Parallel: [...onward, ...worked, 'Branches'],
  Map: [
    ...onward,
    ...worked,
    'ItemProcessor',
    'Iterator',
    'ItemSelector',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'Label',
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
  ],
}

const byPath: Record<StateType, Fields> = {
  Pass: [...inputOutput, 'Parameters', 'ResultPath', 'Result'],
  Task: [...inputOutput, 'Parameters', 'ResultSelector', 'ResultPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
  Choice: inputOutput,
  Wait: [...inputOutput, 'SecondsPath', 'TimestampPath'],
  Succeed: inputOutput,
  Fail: ['ErrorPath', 'CausePath'],
  Parallel: [...inputOutput, 'Parameters', 'ResultSelector', 'ResultPath'],
  Map: [
    ...inputOutput,
    'Parameters',
    'ItemsPath',
    'ResultSelector',
    'ResultPath',
    'MaxConcurrencyPath',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentagePath',
  ],
}

const byQuery: Record<StateType, Fields> = {
  Pass: ['Output'],
  Task: ['Output', 'Arguments'],
  Choice: ['Output'],
  Wait: ['Output'],
  Succeed: ['Output'],
  Fail: [],
  Parallel: ['Output', 'Arguments'],
  Map: ['Output', 'Items'],
}

export const allowedFields = (type: StateType, language: QueryLanguage): Fields => [
  ...everywhere,
  ...both[type],
  ...(language === 'JSONata' ? byQuery : byPath)[type],
]

export const belongsTo = (type: StateType, field: string): QueryLanguage | undefined =>
  byPath[type].includes(field) ? 'JSONPath' : byQuery[type].includes(field) ? 'JSONata' : undefined

export const required: Record<StateType, Fields> = {
  Pass: [],
  Task: ['Resource'],
  Choice: ['Choices'],
  Wait: [],
  Succeed: [],
  Fail: [],
  Parallel: ['Branches'],
  Map: [],
}

export const stateTypes = Object.keys(both) as StateType[]
