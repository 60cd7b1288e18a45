import { NormalizedSchema } from '@smithy/core/schema'

/** Schemas as the SDK's clients write them: a structure, a list, a map, and the simple types by number. */
type Schema = number | readonly unknown[] | (() => Schema)

const text = 0
const number = 1
const yes = 2
const bytes = 21

const structure = (name: string, members: Record<string, Schema>): Schema => [
  3,
  'com.amazonaws.dynamodb',
  name,
  0,
  Object.keys(members),
  Object.values(members),
]
const list = (of: Schema): Schema => [1, 'com.amazonaws.dynamodb', 'List', 0, of]
const map = (of: Schema): Schema => [2, 'com.amazonaws.dynamodb', 'Map', 0, text, of]

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
const value: Schema = structure('AttributeValue', {
  S: text,
  N: text,
  B: bytes,
  SS: list(text),
  NS: list(text),
  BS: list(bytes),
  M: map(() => value),
  L: list(() => value),
  NULL: yes,
  BOOL: yes,
})

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html */
const units = { ReadCapacityUnits: number, WriteCapacityUnits: number, CapacityUnits: number }
const capacity = structure('Capacity', units)
const consumed = structure('ConsumedCapacity', {
  TableName: text,
  ...units,
  Table: capacity,
  LocalSecondaryIndexes: map(capacity),
  GlobalSecondaryIndexes: map(capacity),
})

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html */
const metrics = structure('ItemCollectionMetrics', {
  ItemCollectionKey: map(value),
  SizeEstimateRangeGB: list(number),
})

const written = structure('WriteOutput', {
  Attributes: map(value),
  ConsumedCapacity: consumed,
  ItemCollectionMetrics: metrics,
})

/** What the operations that Step Functions has optimised integrations for answer; DynamoDB itself is not part of the twin. */
const outputs: Record<string, Schema> = {
  getItem: structure('GetItemOutput', { Item: map(value), ConsumedCapacity: consumed }),
  putItem: written,
  updateItem: written,
  deleteItem: written,
}

export const dynamodbOutput = (api: string): NormalizedSchema | undefined =>
  outputs[api] === undefined ? undefined : NormalizedSchema.of(outputs[api] as never)
