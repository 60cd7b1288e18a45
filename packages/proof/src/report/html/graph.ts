import type { Hop } from '@tripoint/pipeline'
import type { EscalationStep, Excess, MapNode, NeedVerdict, Reach, Report } from '../report.ts'
import { type Names, namesIn, partsOf } from '../short-name.ts'

/** Where a node is drawn: a declared account, or somewhere else. */
export interface Region {
  readonly id: string
  readonly label: string
  readonly declared: boolean
}

export interface GraphNode {
  readonly id: string
  readonly region: string
  readonly kind: MapNode['kind'] | 'service' | 'account'
  readonly name: string
  /** what it stands for: one ARN, or those of a service that have no node of their own */
  readonly arns: Set<string>
  /** services that may put it on */
  readonly services: NeedVerdict[]
}

/** All that one node does to another, by what it is. */
export type GraphEdge = {
  readonly id: string
  readonly from: GraphNode
  readonly to: GraphNode
} & (
  | {
      readonly kind: 'need'
      readonly hop: Hop
      readonly verdict: NeedVerdict['verdict']
      readonly items: readonly NeedVerdict[]
    }
  | { readonly kind: 'excess'; readonly items: readonly Excess[] }
  | { readonly kind: 'reach'; readonly items: readonly Reach[] }
  | { readonly kind: 'path'; readonly items: readonly EscalationStep[] }
)

export interface Graph {
  readonly regions: readonly Region[]
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  /** the edge that shows a need, or the node that a service puts on */
  readonly shownBy: ReadonlyMap<NeedVerdict, string>
}

const WORST: readonly NeedVerdict['verdict'][] = ['denied', 'undecided', 'depends', 'allowed']

export function graphOf(report: Report): Graph {
  const names = namesIn(report.subject)
  const field = nodesIn(report, names)
  const shownBy = new Map<NeedVerdict, string>()
  const edges: GraphEdge[] = []
  const nextId = () => `e${edges.length + 1}`

  const needs = report.needed.flatMap(need => {
    const { principal, action, resource, account } = need.access
    const to = field.of(resource, account, action)
    if (principal.kind !== 'service') return [{ from: field.of(principal.arn, principal.account, action), to, need }]
    to.services.push(need)
    shownBy.set(need, to.id)
    return []
  })
  for (const own of Map.groupBy(needs, ({ from, to }) => `${from.id} ${to.id}`).values()) {
    const { from, to, need } = own[0]!
    const items = own.map(each => each.need)
    const verdict = WORST.find(worst => items.some(item => item.verdict === worst)) ?? 'allowed'
    const id = nextId()
    edges.push({ id, from, to, kind: 'need', hop: need.access.hop, verdict, items })
    for (const item of items) shownBy.set(item, id)
  }

  const excess = report.excess.flatMap(item => {
    const { statement, witness } = item
    const who = witness?.principal ?? (statement.side === 'identity' ? statement.owner : undefined)
    const what = witness?.resource ?? (statement.side === 'identity' ? undefined : statement.owner)
    if (who === undefined || what === undefined || what === '') return []
    const action = witness?.action ?? ''
    return [{ from: field.someone(who, action), to: field.thing(what, action), item }]
  })
  for (const own of pairs(excess)) edges.push({ id: nextId(), ...own, kind: 'excess' })
  const reach = report.reach.map(item => ({
    from: field.of(item.who, '', ''),
    to: field.of(item.resource, '', item.actions[0] ?? ''),
    item,
  }))
  for (const own of pairs(reach)) edges.push({ id: nextId(), ...own, kind: 'reach' })
  const steps = report.paths.flatMap(({ steps }) =>
    steps.map(item => ({ from: field.of(item.from, '', ''), to: field.of(item.to, '', ''), item })),
  )
  for (const own of pairs(steps)) edges.push({ id: nextId(), ...own, kind: 'path' })

  return { regions: field.regions(), nodes: field.nodes(), edges, shownBy }
}

interface Ends<Item> {
  readonly from: GraphNode
  readonly to: GraphNode
  readonly item: Item
}

/** What goes from a node to itself cannot be drawn; it stands in its table. */
const pairs = <Item>(all: readonly Ends<Item>[]) =>
  [...Map.groupBy(all, ({ from, to }) => `${from.id} ${to.id}`).values()].flatMap(own => {
    const { from, to } = own[0]!
    return from === to ? [] : [{ from, to, items: own.map(({ item }) => item) }]
  })

function nodesIn({ subject }: Report, names: Names) {
  const nodes: GraphNode[] = []
  const byArn = new Map<string, GraphNode>()
  const regions = new Map<string, Region>(
    subject.accounts.map(({ id, label }) => [id, { id, label: label === id ? id : `${label} ${id}`, declared: true }]),
  )
  const add = (key: string, account: string, kind: GraphNode['kind'], name: string): GraphNode => {
    if (!regions.has(account)) {
      regions.set(account, {
        id: account,
        label: account === '' ? 'anybody' : `${account}, not declared`,
        declared: false,
      })
    }
    const node: GraphNode = { id: `n${nodes.length + 1}`, region: account, kind, name, arns: new Set(), services: [] }
    nodes.push(node)
    byArn.set(key, node)
    return node
  }
  for (const { arn, account, kind, name } of subject.nodes) {
    // Two roles of one name differ in their path.
    const called = kind === 'role' || name === '' ? names.short(arn) : name
    if (!byArn.has(arn)) add(arn, account, kind, called).arns.add(arn)
  }

  const known = (arn: string): GraphNode | undefined => {
    const exact = byArn.get(arn)
    if (exact !== undefined) return exact
    const own = arn.startsWith('arn:aws:s3:::') ? byArn.get(arn.split('/', 1)[0] ?? '') : undefined
    if (own !== undefined) return own
    // `…:churn/Approve/Approve` lies in `…:churn`; `…:key/*` is each key.
    const inside = subject.nodes.find(node => arn.startsWith(`${node.arn}/`) || arn.startsWith(`${node.arn}:`))
    const star = arn.startsWith('arn:') ? arn.indexOf('*') : -1
    const pattern = star < 0 ? undefined : subject.nodes.find(node => node.arn.startsWith(arn.slice(0, star)))
    return byArn.get((inside ?? pattern)?.arn ?? '')
  }

  return {
    /** The name of an example that is nobody's stands for everybody else in its account. */
    someone(arn: string, action: string): GraphNode {
      const { account } = partsOf(arn)
      if (account === '' || known(arn) !== undefined) return this.of(arn, '', action)
      const label = names.account(account)
      return this.of(`anybody else in ${account}${label === account ? '' : ` (${label})`}`, '', action)
    },
    /** The name of an example that fits a pattern stands for whatever role there may be. */
    thing(arn: string, action: string): GraphNode {
      const { service, account } = partsOf(arn)
      if (service !== 'iam' || known(arn) !== undefined) return this.of(arn, '', action)
      const key = `${account} other roles`
      const node = byArn.get(key) ?? add(key, account, 'role', 'other roles')
      node.arns.add(arn)
      return node
    },
    /** Roles and users have a node each; what else has none shares one with all that its service has in the account. */
    of(named: string, owner: string, action: string): GraphNode {
      const arn = SERVICE_NAME.test(named) ? `service:${named}` : named
      const found = known(arn)
      if (found !== undefined) return found
      const { service, account, resource } = partsOf(arn)
      const region = account || owner || accountIn(arn)
      const single = ['iam', 'sts', ''].includes(service) && arn !== '*'
      const kind = single ? (arn.startsWith('service:') ? 'service' : singleKind(resource)) : 'resource'
      const name = single ? names.short(arn) : service || action.split(':')[0] || 'anything'
      const key = single ? arn : `${region} ${name}`
      const node = byArn.get(key) ?? add(key, region, kind, name)
      node.arns.add(arn)
      return node
    },
    nodes: () => nodes,
    regions: () => [...regions.values()],
  }
}

/** A service is the same with and without its mark. */
const SERVICE_NAME = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/

/** Who is described and has no ARN, such as “anybody else in 333333333333”, is drawn in that account. */
const accountIn = (words: string): string => /\b\d{12}\b/.exec(words)?.[0] ?? ''

const singleKind = (resource: string): GraphNode['kind'] =>
  resource.startsWith('role/') ? 'role' : resource.startsWith('user/') ? 'user' : 'account'
