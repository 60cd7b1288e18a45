import type { Names, Statement, Template } from '@tripoint/pipeline'

export type Statements = readonly (Statement | { readonly [key: string]: Template })[]

/** A policy document; where the list says "a key of A", the template says which one. */
export const policyDocument = (statements: Statements, names: Names, keyArn: Template): Template => ({
  Version: '2012-10-17',
  Statement: statements.map(statement => {
    const { Resource: resource, ...rest } = statement as { readonly [key: string]: Template }
    return resource === undefined ? rest : { ...rest, Resource: withKey(resource, names, keyArn) }
  }),
})

const withKey = (resource: Template, names: Names, keyArn: Template): Template =>
  Array.isArray(resource)
    ? resource.map(one => withKey(one as Template, names, keyArn))
    : resource === names.keyArn
      ? keyArn
      : resource
