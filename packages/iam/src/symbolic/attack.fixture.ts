import { type AccessRequest, type Policy, type Requester, requesterOf } from '../index.ts'
import { ACTIONS, KEYS, OPEN_RESOURCES, RESOURCES, ROLES } from './random-policy.fixture.ts'

/** Random requests that are made of the patterns of policies: what they could be about, just what they are not about, and noise. */
export class Attacker {
  readonly #seed: { value: number }
  constructor(seed: number) {
    this.#seed = { value: seed >>> 0 || 1 }
  }
  /** xorshift */
  #next(): number {
    let x = this.#seed.value
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#seed.value = x >>> 0
    return this.#seed.value / 2 ** 32
  }
  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!
  }
  filled(pattern: string): string {
    const text = pattern
      .replaceAll(/\$\{[^}]*\}/g, () => this.pick(['u', 'x', 'a', '*', 'v']))
      .replaceAll('*', () => this.pick(['', 'x', 'y', 'xy', 'a/b', ':', 'Object', 'a']))
      .replaceAll('?', () => this.pick(['x', 'a', 'g', 'p', ':']))
    const roll = this.below(20)
    if (roll === 0) return `${text}x`
    if (roll === 1) return text.slice(0, -1)
    if (roll === 2) return text.toUpperCase()
    return text
  }
  request(policies: readonly Policy[], requester: Requester, multi: ReadonlySet<string>): AccessRequest {
    const statements = policies.flatMap(policy => policy.document.Statement)
    const actions = [...ACTIONS, ...statements.flatMap(({ Action, NotAction }) => Action ?? NotAction ?? [])]
    const resources = statements.flatMap(({ Resource, NotResource }) => Resource ?? NotResource ?? [])
    return {
      requester,
      action: this.filled(this.pick(actions)),
      resource: this.filled(this.pick(this.below(4) === 0 ? [...RESOURCES, ...OPEN_RESOURCES] : resources)),
      resourceAccount: '111111111111',
      context: this.context(
        statements.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys)),
        multi,
      ),
      identity: [],
    }
  }
  context(keys: readonly string[], multi: ReadonlySet<string>): AccessRequest['context'] {
    const context: Record<string, string | string[]> = {}
    for (const key of new Set([...keys, 'aws:username', 'x:k'])) {
      if (/^aws:principal|account$/i.test(key) || this.below(4) === 0) continue
      const value = () => this.value(key)
      context[key] = multi.has(key) ? Array.from({ length: this.below(4) }, value) : value()
    }
    return context
  }
  value(key: string): string {
    const near = [...(KEYS[key] ?? ['x']), ...(NEAR[key] ?? [])]
    return key.startsWith('x:n') || key === 'x:ip' || key === 'x:d'
      ? this.pick(near).replace(/\/\d+$/, '')
      : this.filled(this.pick(near))
  }
  requester(kinds: 'holders' | 'all'): Requester {
    const texts = [
      ...ROLES,
      'arn:aws:iam::111111111111:user/u',
      'arn:aws:iam::333333333333:role/p/t',
      'arn:aws:iam::111111111111:role/rx',
      'arn:aws:sts::111111111111:federated-user/f',
      'arn:aws:sts::111111111111:federated-user/g',
    ]
    const more = [
      'arn:aws:iam::111111111111:root',
      'arn:aws:iam::222222222222:root',
      'service:lambda.amazonaws.com',
      'service:events.amazonaws.com',
      'service:x',
      'anonymous',
      'federated:idp.example.com',
      'arn:aws:iam::222222222222:user/d/u',
    ]
    const requester = requesterOf(
      this.pick(kinds === 'all' ? [...texts, ...more] : texts),
      this.pick(['run', 'session', 'other']),
    )
    const roll = this.below(8)
    if (requester.account && roll === 0) return { ...requester, canonicalUser: 'c0ffee' }
    if (requester.userArn && roll < 4) return { ...requester, userArn: 'arn:aws:iam::111111111111:user/u' }
    if (!requester.roleArn || roll > 2) return requester
    return { ...requester, uniqueId: `AROAROLEOFSOMEBODY01:${requester.arn.split('/').at(-1)}` }
  }
}

const NEAR: Readonly<Record<string, readonly string[]>> = {
  'x:n': ['0', '1.5', '2.5', '11', '-4', 'x', ' 1', '9'],
  'x:d': [
    '2019-12-31',
    '2020-01-01T00:00:00.500Z',
    '2020-01-01T00:00:01Z',
    '2022',
    'x',
    '2021-06-01T10:00:00Z',
    '2021',
  ],
  'x:ip': ['10.2.0.1', '11.0.0.0', '10.1.2.4', '10.1.255.255', '9.255.255.255', '2001:db8::1', '2001:db9::', 'x', '::'],
  'x:bytes': ['YQ=', 'Yg', 'Yw=='],
}
