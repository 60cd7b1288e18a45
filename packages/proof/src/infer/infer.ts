import {
  type Access,
  assumes,
  bucketGuards,
  KEY_ADMINISTRATION,
  PAGES,
  pipelineTrust,
  ruleAccesses,
  servicePrincipal,
  stackRoleAccesses,
} from '@tripoint/pipeline'
import type { Need, Needs } from '../needs/need.ts'
import { member } from '../template/value.ts'
import type { World } from '../world/world.ts'
import { bucketArn, keyArnOf } from './artifact.ts'
import { list, text } from './field.ts'
import { functionNeeds } from './function-need.ts'
import { type Line, lineOf } from './line.ts'
import { machineNeeds } from './machine-need.ts'
import { needAt } from './need-at.ts'
import { type Action, type Pipeline, setting, storeOf } from './pipeline.ts'
import { isRole, ownerOf, roleOf } from './principal.ts'
import { actionRoleAccesses, PROVIDERS } from './provider.ts'
import { withUploadHeaders } from './upload-headers.ts'

/**
 * What the pipelines, state machines, functions and rules of the templates need, by the tables of what each kind of them does.
 * What nothing here knows the needs of is said by the findings `unknown-action-provider`, `unknown-task`, `unread-definition` and `stack-role-not-inferred`.
 */
export function inferNeeds(world: World): Needs {
  const line = lineOf(world)
  const found = [
    ...triggers(line),
    ...line.pipelines.flatMap(pipeline => pipelineNeeds(pipeline, line)),
    ...line.machines.flatMap(machine => machineNeeds(machine, line)),
    ...line.functions.flatMap(fn => functionNeeds(fn, line)),
  ]
  const stores = line.pipelines.flatMap(pipeline => pipeline.stores.map(store => ({ pipeline, store })))
  const keyed = stores.filter(({ store }) => keyArnOf(store.key) !== '')
  // A bucket can be shared by pipelines, and a key by buckets.
  const guarded = new Map(keyed.map(each => [bucketArn(each.store.bucket), each]))
  const keys = new Map(keyed.map(each => [keyArnOf(each.store.key), each]))
  return {
    from: 'templates',
    list: once(found),
    guards: [...guarded.values()].flatMap(({ store }) =>
      bucketGuards({ bucketArn: bucketArn(store.bucket), keyArn: keyArnOf(store.key) }),
    ),
    administration: [...keys.values()].map(({ pipeline, store }) => ({
      owner: keyArnOf(store.key),
      account: ownerOf(keyArnOf(store.key), pipeline.account),
      actions: KEY_ADMINISTRATION,
    })),
  }
}

/** The same access for several steps is one need, that of the first; ids stay unique. */
function once(needs: readonly Need[]): Need[] {
  const seen = new Set<string>()
  const ids = new Map<string, number>()
  return needs.flatMap(({ access, ...rest }) => {
    const { principal, action, resource, conditions, sides } = access
    const key = JSON.stringify([principal, action, resource, conditions ?? {}, sides])
    if (seen.has(key)) return []
    seen.add(key)
    const times = (ids.get(access.id) ?? 0) + 1
    ids.set(access.id, times)
    return [{ ...rest, access: times === 1 ? access : { ...access, id: `${access.id}#${times}` } }]
  })
}

/** Rules that start a pipeline. */
function triggers({ world, pipelines }: Line): Need[] {
  const rules = world.resources.filter(resource => resource.type === 'AWS::Events::Rule')
  return pipelines.flatMap(pipeline => {
    const starting = rules.flatMap(rule =>
      list(rule.properties.Targets).flatMap(target => {
        const role = text(member(target, 'RoleArn'))
        return member(target, 'Arn') === pipeline.arn && isRole(role) ? [{ rule, role }] : []
      }),
    )
    return [...Map.groupBy(starting, ({ role }) => role)].flatMap(([role, own]) =>
      ruleAccesses(
        {
          account: ownerOf(role, pipeline.account),
          pipelineArn: pipeline.arn,
          triggerRole: roleOf(role, 'trigger'),
        },
        own.map(({ rule }) => ({ name: rule.name, arn: rule.arn })),
      ).map(needAt(own[0]!.rule.spot)),
    )
  })
}

function pipelineNeeds(pipeline: Pipeline, line: Line): Need[] {
  const first = pipeline.actions[0]?.step ?? pipeline.name
  const names = {
    account: ownerOf(pipeline.role, pipeline.account),
    pipelineArn: pipeline.arn,
    pipelineRole: roleOf(pipeline.role, 'pipeline'),
  }
  const trust = isRole(pipeline.role) ? pipelineTrust(names, first) : []
  return [
    ...trust.map(needAt(pipeline.spot)),
    ...pipeline.actions.flatMap(action => {
      const asked = { action, pipeline, line }
      const provider = Object.hasOwn(PROVIDERS, action.provider) ? PROVIDERS[action.provider] : undefined
      const working = action.role ?? pipeline.role
      const needs = [
        ...actionRoleAccesses(asked),
        ...(isRole(working) ? (provider?.(asked) ?? []) : []),
        ...stackRole(action, line),
      ]
      return needs.map(needAt(action.spot)).map(withUploadHeaders(keyArnOf(storeOf(pipeline, action)?.key)))
    }),
  ]
}

/** What CloudFormation needs to make what the template has in it; so far state machines. */
function stackRole(action: Action, line: Line): Access[] {
  const role = setting(action, 'RoleArn')
  const deployed = line.deployed.find(each => each.action === action)
  if (action.provider !== 'CloudFormation' || !isRole(role)) return []
  const account = ownerOf(role, action.account)
  const service = assumes(
    {
      stage: action.stage.toLowerCase(),
      who: 'cloudformation',
      hop: 'workflow',
      step: action.step,
      principal: servicePrincipal('cloudformation.amazonaws.com', account),
    },
    roleOf(role, 'cloudformation'),
    account,
    { because: 'CloudFormation works with the role that the action hands it', page: PAGES.cloudformationRole },
  )
  const machines = line.machines.filter(machine => deployed !== undefined && machine.stack === deployed.stack.name)
  return [
    ...service,
    ...machines.flatMap(machine =>
      stackRoleAccesses({
        id: action.stage.toLowerCase(),
        account: machine.account,
        steps: { workflow: action.step, run: action.step },
        stateMachine: { name: machine.name, arn: machine.arn },
        cloudformationRole: roleOf(role, 'cloudformation'),
        workflowRole: roleOf(machine.role, 'workflow'),
      }).filter(
        ({ principal, resource }) =>
          principal.kind !== 'service' && (isRole(machine.role) || resource !== machine.role),
      ),
    ),
  ]
}
