import type * as sfn from '@aws-sdk/client-sfn'
import type { Reader } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { parseArn } from './arn.ts'
import { conflict, invalidArn, invalidName, noResource, outside, required, validation } from './errors.ts'
import { page } from './page.ts'
import { type Alias, aliases, findMachine, machines, versions } from './state-machine.ts'

type Routes = readonly sfn.RoutingConfigurationListItem[] | undefined

/** The machine that all routed versions belong to; AWS takes one or two versions, whose weights make 100. */
function routesOf(read: Reader, list: Routes) {
  if (list === undefined) throw required('routingConfiguration')
  const shown = () => `[${list.map(routeText).join(', ')}]`
  if (list.length === 0) throw outside('[]', 'routingConfiguration', 'have length greater than or equal to 1')
  if (list.length > 2) throw outside(shown(), 'routingConfiguration', 'have length less than or equal to 2')
  for (const [index, { weight = 0 }] of list.entries()) {
    const member = `routingConfiguration.${index + 1}.member.weight`
    if (weight < 0) throw outside(weight, member, 'have value greater than or equal to 0')
    if (weight > 100) throw outside(weight, member, 'have value less than or equal to 100')
  }
  const routes = list.map(({ stateMachineVersionArn = '', weight = 0 }) => ({ stateMachineVersionArn, weight }))
  const places = routes.map(({ stateMachineVersionArn }) => parseArn(stateMachineVersionArn, 'stateMachine'))
  const [first] = places
  if (first === undefined || places.some(({ qualifier }) => !/^\d+$/.test(qualifier ?? '')))
    throw validation(
      'Routing configuration must contain state machine version ARNs. Received: ' +
        `[${routes.map(route => route.stateMachineVersionArn).join(', ')}]`,
    )
  if (places.some(({ name }) => name !== first.name))
    throw validation('Routing configuration must be for versions of the same state machine')
  for (const { account, region, name, qualifier } of places)
    if (versions.get(read, account, region, name, Number(qualifier)) === undefined)
      throw noResource(routes[0]?.stateMachineVersionArn ?? '')
  if (new Set(routes.map(route => route.stateMachineVersionArn)).size < routes.length)
    throw validation(
      'Routing configuration must contain distinct state machine version ARNs. Received: ' +
        `[${routes.map(route => route.stateMachineVersionArn).join(', ')}]`,
    )
  if (routes.reduce((sum, { weight }) => sum + weight, 0) !== 100)
    throw validation(
      `Sum of routing configuration weights must equal 100. Received: [${routes.map(({ weight }) => weight).join(', ')}]`,
    )
  const machine = machines.get(read, first.account, first.region, first.name)
  if (machine === undefined) throw noResource(routes[0]?.stateMachineVersionArn ?? '')
  return { machine, routes }
}

/** As AWS shows a structure in the texts of its validation. */
const routeText = ({ stateMachineVersionArn, weight }: sfn.RoutingConfigurationListItem) =>
  `RoutingConfigurationListItem(stateMachineVersionArn=${stateMachineVersionArn}, weight=${weight})`

const same = (a: Alias, description: string | undefined, routes: Alias['routes']) =>
  a.description === description && JSON.stringify(a.routes) === JSON.stringify(routes)

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html */
export const createStateMachineAlias = operation<typeof sfn, 'CreateStateMachineAlias'>({
  authorize: input => [
    {
      action: 'states:CreateStateMachineAlias',
      resource: (input.routingConfiguration?.[0]?.stateMachineVersionArn ?? '').split(':').slice(0, 7).join(':'),
    },
  ],
  run(input, { tx, call }) {
    const name = input.name ?? ''
    if (!/^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}$/.test(name)) throw invalidName(name)
    const { machine, routes } = routesOf(tx, input.routingConfiguration)
    const key = [machine.account, machine.region, machine.name, name] as const
    const known = aliases.get(tx, ...key)
    if (known !== undefined) {
      if (!same(known, input.description, routes))
        throw conflict(
          `Failed to create alias because an alias with the same name and a different routing configuration already exists.`,
        )
      return { stateMachineAliasArn: known.arn, creationDate: new Date(known.created) }
    }
    const alias: Alias = {
      arn: `${machine.arn}:${name}`,
      name,
      routes,
      created: call.now,
      updated: call.now,
      ...(input.description === undefined ? {} : { description: input.description }),
    }
    aliases.put(tx, key, alias)
    return { stateMachineAliasArn: alias.arn, creationDate: new Date(alias.created) }
  },
})

function find(read: Reader, arn: string | undefined): { alias: Alias; key: readonly [string, string, string, string] } {
  const { account, region, name, qualifier } = parseArn(arn, 'stateMachine')
  if (qualifier === undefined) throw invalidArn(arn ?? '')
  const key = [account, region, name, qualifier] as const
  const alias = aliases.get(read, ...key)
  if (alias === undefined) throw noResource(arn ?? '')
  return { alias, key }
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html */
export const describeStateMachineAlias = operation<typeof sfn, 'DescribeStateMachineAlias'>({
  authorize: input => [{ action: 'states:DescribeStateMachineAlias', resource: input.stateMachineAliasArn ?? '' }],
  run(input, { tx }) {
    const { arn, name, description, routes, created, updated } = find(tx, input.stateMachineAliasArn).alias
    return {
      stateMachineAliasArn: arn,
      name,
      ...(description === undefined ? {} : { description }),
      routingConfiguration: routes,
      creationDate: new Date(created),
      updateDate: new Date(updated),
    }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html */
export const updateStateMachineAlias = operation<typeof sfn, 'UpdateStateMachineAlias'>({
  authorize: input => [{ action: 'states:UpdateStateMachineAlias', resource: input.stateMachineAliasArn ?? '' }],
  run(input, { tx, call }) {
    const { alias, key } = find(tx, input.stateMachineAliasArn)
    if (input.description === undefined && input.routingConfiguration === undefined)
      throw validation('Either the description or the routing configuration must be specified')
    const routes =
      input.routingConfiguration === undefined ? alias.routes : routesOf(tx, input.routingConfiguration).routes
    aliases.put(tx, key, {
      ...alias,
      routes,
      updated: call.now,
      ...(input.description === undefined ? {} : { description: input.description }),
    })
    return { updateDate: new Date(call.now) }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html */
export const deleteStateMachineAlias = operation<typeof sfn, 'DeleteStateMachineAlias'>({
  authorize: input => [{ action: 'states:DeleteStateMachineAlias', resource: input.stateMachineAliasArn ?? '' }],
  run(input, { tx }) {
    aliases.delete(tx, ...find(tx, input.stateMachineAliasArn).key)
    return {}
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html */
export const listStateMachineAliases = operation<typeof sfn, 'ListStateMachineAliases'>({
  authorize: input => [{ action: 'states:ListStateMachineAliases', resource: input.stateMachineArn ?? '' }],
  run(input, { tx }) {
    const { qualifier } = parseArn(input.stateMachineArn, 'stateMachine')
    const { account, region, name } = findMachine(tx, input.stateMachineArn)
    const all = [...aliases.list(tx, account, region, name)].filter(
      ({ routes }) =>
        qualifier === undefined || routes.some(route => route.stateMachineVersionArn === input.stateMachineArn),
    )
    const { shown, ...more } = page(all, input)
    return {
      stateMachineAliases: shown.map(({ arn, created }) => ({
        stateMachineAliasArn: arn,
        creationDate: new Date(created),
      })),
      ...more,
    }
  },
})
