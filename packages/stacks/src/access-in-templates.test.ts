import { accessList, KEY_ADMINISTRATION, namesOf } from '@tripoint/pipeline'
import { expect, test } from 'vitest'
import { SAMPLE_LINES } from './sample-lines.fixture.ts'
import { synthTemplates } from './synth.ts'
import { grantsOf, listed, policiesOf, written } from './template-grants.fixture.ts'

const granted = (definition: (typeof SAMPLE_LINES)['plain'], access = accessList(definition)): string[] => {
  const names = namesOf(definition)
  const { manifest, templates } = synthTemplates(definition, { access })
  return manifest.stacks
    .flatMap(stack => policiesOf(templates[stack.name]!, stack.account))
    .flatMap(policy => grantsOf(policy, names))
    .filter(
      ({ side, action, principal }) =>
        !(side === 'key' && principal.endsWith(':root') && KEY_ADMINISTRATION.includes(action)),
    )
    .map(written)
}

test.each(Object.entries(SAMPLE_LINES))(
  'the templates of the %s line grant the access list on every side, and nothing else',
  (_, definition) => {
    const grants = granted(definition)
    expect(new Set(grants).size).toBe(grants.length)
    // A person who plays two parts is given what both need once.
    const expected = new Set(accessList(definition).flatMap(listed).map(written))
    expect(grants.toSorted()).toEqual([...expected].toSorted())
  },
)

test('an entry that is taken off the list leaves the templates on all its sides', () => {
  const definition = SAMPLE_LINES.plain
  const [gone, ...rest] = accessList(definition).toSorted((a, b) => b.sides.length - a.sides.length)
  const grants = granted(definition, rest)
  expect(
    listed(gone!)
      .map(written)
      .filter(grant => grants.includes(grant)),
  ).toEqual([])
  expect(grants).toHaveLength(granted(definition).length - gone!.sides.length)
})

test('one side of an entry can be taken away alone', () => {
  const definition = SAMPLE_LINES.plain
  const id = 'deploy/hosting-role/kms:Decrypt/key'
  const halved = accessList(definition).map(access =>
    access.id === id ? { ...access, sides: ['identity' as const] } : access,
  )
  const lost = granted(definition).filter(grant => !granted(definition, halved).includes(grant))
  expect(lost.map(grant => JSON.parse(grant).slice(0, 3))).toEqual([
    ['key', 'arn:aws:iam::333333333333:role/churn-deploy-hosting-us-east-1', 'kms:Decrypt'],
  ])
})
