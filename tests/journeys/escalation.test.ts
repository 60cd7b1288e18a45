import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { policiesOf } from './escalation/actor.ts'
import { grantedAt, PATHS, succeeds, type Tally, tryAll } from './escalation/attempt.ts'
import { chained } from './escalation/chain.ts'
import { named } from './escalation/deployed.ts'
import { EVENTS, invokeWith } from './escalation/deputy-abuse.ts'
import { type Field, openField } from './escalation/field.ts'
import { askedByGit } from './escalation/git-abuse.ts'
import { GRANTS } from './escalation/granted.ts'
import { runTasks, TASKS } from './escalation/machine-abuse.ts'
import { NAMED_TRUSTS } from './escalation/named-trusts.ts'
import { addResource, giveRole, RESOURCES } from './escalation/template-abuse.ts'
import { reachOf, runnersOf, type Trust, trustsOf } from './escalation/trusts.ts'
import { HOLES } from './escalation/widened.ts'

const ROLES = {
  shared: ['pipeline-role', 'trigger-role', 'reporter-role', 'people-analyst'],
  training: [
    'stack-action-role',
    'run-action-role',
    'cloudformation-role',
    'workflow-role',
    'training-role',
    'people-analyst',
  ],
  production: ['invoke-action-role', 'deployer-role', 'hosting-role', 'people-analyst'],
} as const

const nameOf = ({ from, by, to }: Trust) => `${from} ${by} ${to}`

describe('the known paths to more rights, tried by every role', () => {
  let field: Field
  let before: string[]
  const tallies: Tally[] = []

  beforeAll(async () => {
    field = await openField()
    before = await field.standing()
  }, 120_000)
  afterAll(async () => {
    const sum = (of: (tally: Tally) => number) => tallies.reduce((count, tally) => count + of(tally), 0)
    console.log(
      `${PATHS.length} paths × ${tallies.length} sessions of roles: ${sum(({ sent }) => sent)} attempts refused on the wire, ` +
        `${sum(({ decided }) => decided)} (${PATHS.filter(({ isDecided }) => isDecided).length} paths that the twin lacks) ` +
        `by the deployed policies; ${sum(({ granted }) => granted.length)} granted by design`,
    )
    await field?.line.close()
  })

  test('every role of the accounts is held', () => {
    const held = field.actors.map(({ account, label }) => `${account} ${label}`).toSorted()
    const meant = Object.entries(ROLES).flatMap(([account, labels]) =>
      labels.map(label => `${field.line.definition.accounts[account]} ${label}`),
    )
    expect(held).toEqual(meant.toSorted())
  })

  test('what a role may do of these actions has its reason', () => {
    const known = [...new Set(PATHS.flatMap(({ actions }) => actions))]
    const granted = field.actors.flatMap(actor => named(actor, known).map(action => `${actor.label} ${action}`))
    expect([...new Set(granted)].toSorted()).toEqual(GRANTS.map(({ who, action }) => `${who} ${action}`).toSorted())
  })

  test('whom a role drives is a trust with a name, and no account reaches another', async () => {
    const trusts: Trust[] = []
    for (const actor of field.actors)
      trusts.push(...trustsOf(field.scene(actor), await runnersOf(field.ownerOf(actor)), field.actors))
    const sorted = (list: readonly Trust[]) => list.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
    expect(sorted(trusts)).toEqual(sorted(NAMED_TRUSTS.map(({ because: _, ...trust }) => trust)))
    const reached = (labels: readonly string[]) => [...new Set(labels.flatMap(label => reachOf(label, trusts)))]
    expect(ROLES.training).toEqual(expect.arrayContaining(reached(ROLES.training)))
    expect([...ROLES.production, 'reporter-role']).toEqual(expect.arrayContaining(reached(ROLES.production)))
  })

  for (const [account, labels] of Object.entries(ROLES))
    test.each(labels)(`%s of the ${account} account gets nowhere`, async label => {
      const actor = field.actor(label, field.line.definition.accounts[account])
      const since = field.line.audit().at(-1)?.number ?? 0
      const tally = await tryAll(field.scene(actor))
      tallies.push(tally)
      expect(tally.surprises).toEqual([])
      // Each of them was refused by a policy, and not by chance before one was asked.
      const refusals = field.line.audit(since).filter(({ role, outcome }) => role === actor.arn && outcome !== 'ok')
      const byPolicy = refusals.filter(({ verdicts }) => verdicts.some(({ allowed }) => !allowed))
      expect(byPolicy.length + tally.hidden).toBe(tally.sent)
    })

  test.each([
    ['pipeline-role', 'stack-action-role'],
    ['pipeline-role', 'run-action-role'],
    ['pipeline-role', 'invoke-action-role'],
    ['deployer-role', 'reporter-role'],
  ])('as %s takes it, %s gets no further', async (from, to) => {
    const actor = await chained(field.actor(from), field.actor(to))
    const tally = await tryAll(field.scene(actor))
    tallies.push(tally)
    expect(tally.surprises).toEqual([])
  })

  test('what is said to be granted at a target is what was left out there', () => {
    const said = GRANTS.filter(({ refused }) => refused === undefined).flatMap(({ who, action, on }) =>
      on.map(target => grantedAt(who, action, target)),
    )
    expect([...new Set(tallies.flatMap(({ granted }) => granted))].toSorted()).toEqual(said.toSorted())
  })

  test('no role reads or writes the repository with git', async () => {
    for (const actor of field.actors)
      for (const service of ['git-upload-pack', 'git-receive-pack']) {
        const scene = field.scene(actor)
        // In another account, there is no such repository.
        const refused = actor.account === scene.names.account ? 403 : 404
        expect(await askedByGit(actor, scene, service), `${actor.label} ${service}`).toBe(refused)
      }
  })

  test('nothing is different afterwards', async () => {
    expect(await field.standing()).toEqual(before)
  })

  test('what the committer writes into the template makes nothing but the state machine', async () => {
    const scene = field.scene(field.actor('stack-action-role'))
    const refused = /^UPDATE_ROLLBACK_COMPLETE: .*(not authorized to perform|AccessDenied)/
    for (const [what, make] of Object.entries(RESOURCES))
      expect.soft(await addResource(scene, what, make(scene)), what).toMatch(refused)
    for (const { label, arn } of scene.roles.filter(({ label }) => label !== 'workflow-role'))
      expect.soft(await giveRole(scene, arn), label).toMatch(refused)
    // The roll-back puts the state machine back, which makes a revision of it.
    const withoutRevision = (lines: readonly string[]) => lines.map(line => line.replace(/,"revisionId":"[^"]*"/g, ''))
    expect(withoutRevision(await field.standing())).toEqual(withoutRevision(before))
  })

  test.each(Object.entries(EVENTS))('the deployer is not talked into %s', async (_what, make) => {
    const scene = field.scene(field.actor('invoke-action-role'))
    expect(await invokeWith(scene, make(scene))).toMatch(/^Unhandled: .*JobNotFound/)
    const hosted = (lines: readonly string[]) => lines.filter(line => line.startsWith('production sagemaker'))
    expect(hosted(await field.standing())).toEqual(hosted(before))
  })

  test('what the committer writes into the state machine may do nothing but train', async () => {
    const scene = field.scene(field.actor('workflow-role'))
    const writer = field.actor('cloudformation-role')
    const outcomes = await runTasks(scene, {
      writer,
      starter: field.actor('run-action-role'),
      reader: field.owner.training,
    })
    expect(Object.keys(outcomes)).toEqual(Object.keys(TASKS))
    for (const [what, outcome] of Object.entries(outcomes))
      expect.soft(outcome, what).toMatch(/AccessDenied|not authorized|NotAuthorized/)
  })

  test.each(HOLES)('$who succeeds with $path at $target where a policy is too wide', async hole => {
    const scene = field.scene(field.actor(hole.who))
    expect(await succeeds(scene, hole)).toBe(false)
    await hole.make(field, scene)
    const { actor } = scene
    const wider = { ...actor, policies: await policiesOf(field.ownerOf(actor), actor.name) }
    const open = await field.standing()
    expect(await succeeds({ ...scene, actor: wider }, hole)).toBe(true)
    expect(JSON.stringify(await field.standing()) !== JSON.stringify(open)).toBe(hole.leavesTraces)
  })
})
