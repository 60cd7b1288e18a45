import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inferNeeds } from '../infer/infer.ts'
import { readInputs } from '../world/inputs.ts'
import { readWorld } from '../world/read-world.ts'
import { escalation } from './escalation.ts'

const folder = fileURLToPath(new URL('../../fixtures/published', import.meta.url))

test("the published sample: production's function gets into all three accounts", () => {
  const world = readWorld(readInputs([folder]).inputs)
  const role = (name: string) => world.principals.find(({ arn }) => arn.endsWith(`-${name}`))?.arn
  const paths = escalation(world, inferNeeds(world)).map(({ from, steps }) => [
    from,
    ...steps.flatMap(({ by, to }) => [by, to]),
  ])
  const into = [
    role('CrossAccountRoleC'),
    'assume-role',
    role('CodePipelineServiceRole'),
    'assume-role',
    role('CrossAccountRoleB'),
  ]
  expect(paths).toContainEqual(into)
  expect(paths).toContainEqual([...into, 'pass-role-to-cloudformation', role('CloudFormationRoleB')])
})
