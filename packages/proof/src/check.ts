import { type Definition, nameOfArn } from '@tripoint/pipeline'
import { escalation } from './escalation/escalation.ts'
import { inferNeeds } from './infer/infer.ts'
import { policyFindings } from './lint/policy-findings.ts'
import type { Needs } from './needs/need.ts'
import { needsOf } from './needs/of-definition.ts'
import { administrationFindings } from './proof/administration.ts'
import { prove } from './proof/prove.ts'
import { Tally } from './proof/tally.ts'
import { unscopedOf } from './proof/unscoped.ts'
import { reachable } from './reach/reachable.ts'
import { trusted } from './reach/trusted.ts'
import type { MapNode, Report, ShownFinding } from './report/report.ts'
import { templateFindings } from './rules/template-findings.ts'
import type { Finding } from './source/finding.ts'
import { placeOf } from './source/spot.ts'
import { entryOf } from './template/value.ts'
import { principalOf } from './world/request.ts'
import type { World } from './world/world.ts'

export interface CheckOptions {
  readonly name: string
  /** without one, what is needed is read from the pipelines, state machines and functions of the templates */
  readonly definition?: Definition
  /** about the definition and the files, beside what the world itself says */
  readonly findings?: readonly Finding[]
  /** milliseconds, from any start */
  readonly now: () => number
}

/** Everything that templates say, beside everything that is needed. */
export function check(world: World, { name, definition, findings = [], now }: CheckOptions): Report {
  const needs = definition ? needsOf(definition, world) : inferNeeds(world)
  return checkNeeds(world, needs, { name, findings, now })
}

/** The same beside needs that are at hand: those of many lines together, for one. */
export function checkNeeds(
  world: World,
  needs: Needs,
  { name, findings = [], now }: Omit<CheckOptions, 'definition'>,
): Report {
  const began = now()
  const tally = new Tally()
  const { compared, needed, guards, excess } = prove(world, needs, tally)
  const found = [
    ...findings,
    ...world.findings,
    ...templateFindings(world, needs.from),
    ...policyFindings(world),
    ...administrationFindings(needs, compared, tally),
  ]
  return {
    subject: {
      name,
      needsFrom: needs.from,
      templates: world.files.map(file => file.name),
      accounts: world.accounts.map(({ id, label }) => ({ id, label })),
      nodes: nodesOf(world, needs),
      counts: {
        principals: world.principals.length,
        policies: world.policies.length,
        statements: world.policies.reduce((sum, { policy }) => sum + policy.document.Statement.length, 0),
        needs: needs.list.length,
      },
    },
    findings: found.map(shown),
    needed,
    guards,
    excess,
    unscoped: unscopedOf(needs.list),
    reach: reachable(world, needs, tally),
    paths: escalation(world, needs, tally),
    trusted: trusted(world, needs),
    proof: tally.size(now() - began),
  }
}

function shown({ spot, ...finding }: Finding): ShownFinding {
  return { ...finding, ...(spot ? { place: placeOf(spot) } : {}) }
}

const KINDS: Readonly<Record<string, MapNode['kind']>> = {
  'AWS::KMS::Key': 'key',
  'AWS::S3::Bucket': 'bucket',
  'AWS::CodeCommit::Repository': 'repository',
  'AWS::CodePipeline::Pipeline': 'pipeline',
  'AWS::Lambda::Function': 'function',
  'AWS::StepFunctions::StateMachine': 'machine',
}

/** Who and what the map shows: everybody, and the things that have a kind of their own. */
function nodesOf(world: World, needs: Needs): MapNode[] {
  const people = needs.list.flatMap(({ access: { principal } }) =>
    principal.kind === 'service' || principalOf(world, principal.arn)
      ? []
      : [{ arn: principal.arn, account: principal.account, kind: principal.kind, name: nameOfArn(principal.arn) }],
  )
  return [
    ...world.principals.map(({ arn, account, kind, name }) => ({ arn, account, kind, name })),
    ...new Map(people.map(each => [each.arn, each])).values(),
    ...world.resources.flatMap(({ arn, account, type, name }) => {
      const kind = entryOf(KINDS, type)
      return kind ? [{ arn, account, kind, name }] : []
    }),
  ]
}
