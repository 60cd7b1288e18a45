import { type Honoured, refuseOthers } from '../../engine/index.ts'
import { type Call, page } from '../../gate/index.ts'
import { invalid } from './errors.ts'

interface Asked {
  NameContains?: string | undefined
  StatusEquals?: string | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

const honoured: Honoured = {
  NameContains: true,
  MaxResults: true,
  NextToken: true,
  SortBy: ['CreationTime'],
  SortOrder: ['Descending'],
}

/** What the lists of models, configurations, endpoints and jobs have alike: a part of the name, the latest first, pages. */
export function listed<T extends { name: string; created: number; status?: string }>(
  all: Iterable<T>,
  input: Asked,
  { operation }: Call,
  more: Honoured = {},
): { shown: T[]; token: { NextToken?: string } } {
  refuseOthers(input, { ...honoured, ...more }, operation)
  const found = [...all]
    .filter(({ status }) => input.StatusEquals === undefined || status === input.StatusEquals)
    .filter(({ name }) => name.includes(input.NameContains ?? ''))
    .sort((a, b) => b.created - a.created)
  const { shown, next } = page(found, input.NextToken, input.MaxResults ?? 100, () =>
    invalid('Invalid pagination token'),
  )
  return { shown, token: next === undefined ? {} : { NextToken: next } }
}
