import { decode, type Incoming } from './request.ts'
import { isS3, type Operation, type Service } from './service.ts'

interface RestRoute {
  operation: Operation
  method: string
  segments: Segment[]
  /** The path's label that the uri lacks: endpoint rules moved it into the host. */
  bucket: boolean
  query: [name: string, value: string][]
  needsQuery: string[]
  needsHeaders: string[]
  /** Of two that match, the more demanding one is meant. */
  weight: number
}

type Segment = { literal: string } | { label: string; greedy: boolean }

export interface RestTable {
  routes: RestRoute[]
  s3: boolean
}

export const readRestTable = (service: Service): RestTable => ({
  s3: isS3(service),
  routes: service
    .operations()
    .map(readRoute)
    .sort((a, b) => b.weight - a.weight),
})

const readRoute = (operation: Operation): RestRoute => {
  const [method, uri] = operation.traits.http!
  const [path = '', search = ''] = uri.split('?')
  const segments = path.split('/').filter(Boolean).map(readSegment)
  const query = search.split('&').filter(pair => pair !== '' && !pair.startsWith('x-id='))
  const route: RestRoute = {
    operation,
    method,
    segments,
    bucket: false,
    query: query.map(pair => pair.split(/=(.*)/s).concat('').slice(0, 2) as [string, string]),
    needsQuery: [],
    needsHeaders: [],
    weight: 0,
  }
  const schema = operation.input.getSchema()
  const required = Array.isArray(schema) ? Number(schema[6] ?? 0) : 0
  const members = operation.input.isStructSchema() ? [...operation.input.structIterator()] : []
  members.forEach(([name, member], index) => {
    const { httpLabel, httpQuery, httpHeader } = member.getMergedTraits()
    if (httpLabel && !segments.some(segment => 'label' in segment && segment.label === name)) route.bucket = true
    if (index >= required) return
    if (httpQuery) route.needsQuery.push(httpQuery)
    if (httpHeader) route.needsHeaders.push(httpHeader.toLowerCase())
  })
  const literals = segments.filter(segment => 'literal' in segment).length
  const conditions = route.query.length + route.needsQuery.length + route.needsHeaders.length
  return { ...route, weight: literals * 100 + conditions }
}

const readSegment = (text: string): Segment => {
  const label = /^\{([^}+]+)(\+?)\}$/.exec(text)
  return label ? { label: label[1]!, greedy: label[2] === '+' } : { literal: text }
}

interface RestMatch {
  operation: Operation
  labels: Record<string, string>
}

export const matchRest = ({ routes, s3 }: RestTable, incoming: Incoming): RestMatch | undefined => {
  // Split before decoding: a function's ARN comes as `arn%3Aaws…%2F…`.
  const parts = incoming.path.slice(1).split('/')
  const bucket = s3 ? (bucketOfHost(incoming.host) ?? decode(parts.shift() ?? '')) : ''
  const key = parts.join('/')
  for (const route of routes) {
    if (route.method !== incoming.method || !meets(route, incoming)) continue
    if (route.bucket !== (bucket !== '')) continue
    const labels = s3 ? matchKey(route, key) : matchPath(route.segments, parts)
    if (labels !== undefined)
      return { operation: route.operation, labels: route.bucket ? { ...labels, Bucket: bucket } : labels }
  }
  return undefined
}

const meets = ({ query, needsQuery, needsHeaders }: RestRoute, incoming: Incoming): boolean =>
  query.every(([name, value]) =>
    incoming.query.some(pair => pair[0] === name && (value === '' || pair[1] === value)),
  ) &&
  needsQuery.every(name => incoming.query.some(pair => pair[0] === name)) &&
  needsHeaders.every(name => name in incoming.headers)

/** Keys may begin with, end with and contain empty segments: the rest of the path is the key, every slash of it. */
const matchKey = ({ segments }: RestRoute, key: string): Record<string, string> | undefined => {
  const [first] = segments
  if (first === undefined) return key === '' ? {} : undefined
  if ('literal' in first) return key === first.literal ? {} : undefined
  return key === '' ? undefined : { [first.label]: decode(key) }
}

const matchPath = (segments: Segment[], parts: string[]): Record<string, string> | undefined => {
  const given = parts.at(-1) === '' ? parts.slice(0, -1) : parts
  const labels: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const part = given[index]
    if (part === undefined || part === '') return undefined
    if ('literal' in segment) {
      if (decode(part) !== segment.literal) return undefined
    } else if (segment.greedy) {
      labels[segment.label] = given
        .slice(index, given.length - (segments.length - index - 1))
        .map(decode)
        .join('/')
      return labels
    } else labels[segment.label] = decode(part)
  }
  return given.length === segments.length ? labels : undefined
}

/** `bucket.localhost`, `bucket.s3.localhost`, `bucket.s3.us-east-1.amazonaws.com`, `bucket.s3-eu-west-1.amazonaws.com`. */
const bucketOfHost = (host: string): string | undefined => {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (/^s3\.|^s3-.*\.amazonaws\.com/.test(name)) return undefined
  return /^([a-z0-9][a-z0-9.-]*?)(?:\.s3(?:[.-][a-z0-9-]+)*)?\.(?:localhost|amazonaws\.com(?:\.cn)?)$/.exec(name)?.[1]
}
