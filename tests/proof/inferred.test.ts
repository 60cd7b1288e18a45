import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Access } from '@tripoint/pipeline'
import { inferNeeds, needsOf, placedInputs, readWorld } from '@tripoint/proof'
import { expect, test } from 'vitest'
import config from '../../examples/churn/tripoint.config.ts'
import { templatesOf } from './checked.ts'

/** Who may do what on what, on which sides: ids and reasons aside. */
const shown = ({ principal, action, resource, conditions, sides, account, hop, step }: Access) =>
  JSON.stringify([principal, action, resource, conditions ?? {}, sides, account, hop, step])

const training = readFileSync(join(import.meta.dirname, '../../examples/churn/training.template.json'), 'utf8')
const lines = templatesOf(config)
const world = readWorld(placedInputs([...lines.inputs(), { name: 'training.template.json', text: training }]))
const wanted = needsOf(config, world).list.map(({ access }) => access)
const got = inferNeeds(world).list.map(({ access }) => access)

interface Difference {
  readonly of: 'definition' | 'templates'
  readonly why: string
  readonly is: (access: Access) => boolean
  readonly count: number
}

const trains = ({ principal }: Access) => principal.kind === 'role' && principal.arn.includes('churn-train-training')

/** Where the two lists differ, all of it. */
const DIFFERENCES: readonly Difference[] = [
  {
    of: 'definition',
    why: 'who publishes and approves is said in the definition; a template only says what a user may do',
    is: ({ hop }) => hop === 'people',
    count: 6,
  },
  {
    of: 'definition',
    why: 'the definition gives the training role the whole folder of data',
    is: access => trains(access) && ['s3:GetObject', 's3:ListBucket'].includes(access.action),
    count: 2,
  },
  {
    of: 'templates',
    why: 'the state machine names the two files of its channels, which lie in that folder',
    is: access => trains(access) && /^s3:(GetObject|ListBucket)$/.test(access.action),
    count: 4,
  },
]

test('what the templates show is what the definition says, but for the differences of the table', () => {
  const wants = new Set(wanted.map(shown))
  const gets = new Set(got.map(shown))
  const only = {
    definition: wanted.filter(access => !gets.has(shown(access))),
    templates: got.filter(access => !wants.has(shown(access))),
  }
  for (const { of, is, count, why } of DIFFERENCES) expect(only[of].filter(is), why).toHaveLength(count)
  const explained = (of: 'definition' | 'templates', access: Access) =>
    DIFFERENCES.some(difference => difference.of === of && difference.is(access))
  expect(only.definition.filter(access => !explained('definition', access))).toEqual([])
  expect(only.templates.filter(access => !explained('templates', access))).toEqual([])
  expect(wanted.length - only.definition.length).toBe(94)
})

test('ids are unique, and each need says where it comes from', () => {
  const needs = inferNeeds(world).list
  expect(new Set(needs.map(({ access }) => access.id)).size).toBe(needs.length)
  expect(needs.filter(({ spot }) => spot === undefined)).toEqual([])
})
