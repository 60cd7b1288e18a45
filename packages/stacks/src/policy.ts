import type { Names, Statement, Template } from '@tripoint/pipeline'

export type Statements = readonly (Statement | { readonly [key: string]: Template })[]

/** A policy document; where the list says "a key of A", the template says which one. */
export const policyDocument = (statements: Statements, names: Names, keyArn: Template): Template => ({
  Version: '2012-10-17',
  Statement: withKey(statements as Template, names, keyArn),
})

function withKey(value: Template, names: Names, keyArn: Template): Template {
  if (value === names.keyArn) return keyArn
  if (Array.isArray(value)) return value.map(one => withKey(one as Template, names, keyArn))
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withKey(one as Template, names, keyArn)]))
}
