import { type AccessRequest, type Decision, denialText } from '@tripoint/iam'
import { describe, expect, test } from 'vitest'
import { explainError } from './explain.ts'
import { KNOWN_MODES, MODES } from './modes.ts'
import nearMisses from './near-misses.json' with { type: 'json' }
import realTexts from './real-texts.json' with { type: 'json' }

/** What takes a time that grows faster than the text shows at one megabyte as well as at ten. */
const SIZE = process.env.TRIPOINT_DEEP === undefined ? 1_000_000 : 10_000_000
const long = (unit: string, length = SIZE) => unit.repeat(Math.ceil(length / unit.length))

describe('texts that people have met', () => {
  test.each(realTexts.map(each => [each.mode, each.read, each] as const))(
    '%s %s',
    (mode, _read, { text, facts, number }) => {
      const explanation = explainError(text)
      expect(explanation.mode).toMatchObject({ id: mode, certainty: 'sure', ...(number ? { number } : {}) })
      if (facts) expect(explanation.facts).toMatchObject(facts)
    },
  )

  test('each of the known ways has one', () => {
    const read = new Set(realTexts.flatMap(({ number }) => number ?? []))
    expect(KNOWN_MODES.map(({ number }) => number)).toEqual(Array.from({ length: 31 }, (_, at) => `F${at + 1}`))
    expect(KNOWN_MODES.filter(({ number }) => !read.has(number ?? ''))).toEqual([])
  })

  test.each(nearMisses.map(each => [each.not, each.why, each] as const))('no %s: %s', (not, _why, { text, is }) => {
    const { mode } = explainError(text)
    expect(mode?.id).not.toBe(not)
    if (is !== undefined) expect(mode).toMatchObject({ id: is, certainty: 'sure' })
  })
})

/** How the same text comes out of terminals, logs and clients. */
const WRAPPINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['colours', text => `\u001b[31m${text.replaceAll(' ', ' \u001b[1m')}\u001b[0m\u001b]8;;http://x\u0007`],
  ['JSON in JSON', text => JSON.stringify({ body: JSON.stringify({ message: text }) })],
  ['broken lines', text => text.replace(/(.{60})/g, '$1\n')],
  ['a framed table', text => text.replace(/(.{70}) /g, '$1 \n│  ')],
  [
    'XML',
    text => `<Message>${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')}</Message>`,
  ],
  [
    'a log of many lines',
    text => `${'2026-01-01 INFO nothing happened\n'.repeat(3_000)}${text}\n    at x (y.js:1:1)\n`,
  ],
  ['no spaces to speak of', text => text.replaceAll(' ', ' \u200b\u00a0')],
]

describe.each(WRAPPINGS)('in %s', (_name, wrap) => {
  test.each(realTexts.map(({ mode, text }) => [mode, text] as const))('%s', (mode, text) => {
    expect(explainError(wrap(text)).mode?.id).toBe(mode)
  })
})

describe('names that a terminal broke', () => {
  const text =
    'User: arn:aws:sts::222222222222:assumed-role/churn-train-workflow-us-east-1/abcdefabcdef is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:us-east-1:222222222222:training-job/churn-train-x because no identity-based policy allows the sagemaker:CreateTrainingJob action'
  test.each([20, 33, 60, 79, 80, 100, 120])('at %i columns', columns => {
    const broken = text.replace(new RegExp(`(.{${columns}})`, 'g'), '$1\n')
    expect(explainError(broken).facts).toMatchObject({
      principal: 'arn:aws:sts::222222222222:assumed-role/churn-train-workflow-us-east-1/abcdefabcdef',
      action: 'sagemaker:CreateTrainingJob',
      resource: 'arn:aws:sagemaker:us-east-1:222222222222:training-job/churn-train-x',
    })
  })
})

describe("the evaluator's own sentences", () => {
  const request = {
    requester: {
      type: 'assumed-role',
      arn: 'arn:aws:sts::222222222222:assumed-role/r/s',
      account: '222222222222',
      uniqueId: 'A',
    },
    action: 'kms:Decrypt',
    resource: 'arn:aws:kms:us-east-1:111111111111:key/k',
    resourceAccount: '111111111111',
    context: {},
    identity: [],
  } satisfies AccessRequest
  const sides = {
    identity: 'identity',
    resource: 'resource',
    key: 'resource',
    boundary: 'boundary',
    session: 'session',
    scp: 'scp',
    rcp: 'rcp',
  } as const
  const reasons = ['explicit-deny', 'implicit-deny'] as const
  test.each(Object.entries(sides).flatMap(([side, named]) => reasons.map(reason => [side, reason, named] as const)))(
    '%s %s',
    (side, reason, named) => {
      const decision = { allowed: false, reason, decidedBy: [], missing: [{ side, why: '' }] } as Decision
      const { facts, mode, ask } = explainError(denialText(request, decision))
      expect(facts).toMatchObject({
        principal: request.requester.arn,
        action: request.action,
        resource: request.resource,
        deny: { kind: reason.slice(0, 8), side: named },
      })
      expect(mode).toMatchObject({ certainty: 'sure' })
      expect(ask).toBe(`tripoint why ${request.requester.arn} kms:Decrypt ${request.resource}`)
    },
  )
})

describe('what nobody knows', () => {
  test.each(['', ' \n', 'hello', 'ENOENT: no such file or directory', '{"a":[', '\u0000\u0001'])('%j', text => {
    expect(explainError(text)).toEqual({ others: [], facts: { accounts: [] }, notes: [] })
  })

  test('what could be read of it is said', () => {
    const text =
      'GrantTooNarrow: arn:aws:iam::123456789012:role/x had no luck (Service: AWSKMS; Status Code: 400; Error Code: Odd)'
    expect(explainError(text)).toEqual({
      others: [],
      facts: { service: 'AWSKMS', code: 'Odd', accounts: ['123456789012'] },
      notes: [],
    })
  })
})

describe('secrets', () => {
  const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY'
  const token = 'IQoJb3JpZ2luX2VjEXAMPLETOKEN'
  test.each([
    `AWS_SECRET_ACCESS_KEY=${secret} Access Denied (Service: Amazon S3; Status Code: 403)`,
    `"secretAccessKey": "${secret}", "sessionToken": "${token}" AccessDenied: Access Denied`,
    `User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k?X-Amz-Security-Token=${token}&X-Amz-Signature=${secret}"`,
    `User: ASIAIOSFODNN7EXAMPLE is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/ASIAIOSFODNN7EXAMPLE because no identity-based policy allows`,
    `X-Amz-Security-Token: ${token} Encoded authorization failure message: ${secret}${token}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20240223/x, Signature=2b74cfdd346873b74186867e06953253 Cross-account pass role is not allowed`,
  ])('%#', text => {
    const said = JSON.stringify(explainError(text))
    for (const word of [secret, token, 'IOSFODNN7', '2b74cfdd3468']) expect(said).not.toContain(word)
  })
})

describe('much text', () => {
  const known = ' Cross-account pass role is not allowed (Service: AmazonCloudFormation; Status Code: 403)'
  test.each([
    'a',
    ' ',
    '\\',
    '"',
    '\u001b[',
    '\u001b]',
    'arn:aws:',
    'arn:aws:iam::111122223333:role/',
    'User: arn:aws:x ',
    'is not authorized to perform: ',
    'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: s3:x on resource: ',
    '"AWS": [',
    '"AROA',
    '"AWS": [ "AROA ] ',
    'Access Denied ',
    'should have ',
    'AKIA',
    'secret_access_key',
    'x-amz-signature=',
    '&quot;',
    'Artifact upload failed: ',
    'because no ',
    '(Service: ',
    'The role with name ',
  ])(
    'of %j',
    unit => {
      const began = performance.now()
      const { mode } = explainError(long(unit) + known)
      expect(mode).toBeDefined()
      expect(performance.now() - began).toBeLessThan(SIZE / 1_000)
    },
    20_000,
  )

  test.skipIf(process.env.TRIPOINT_DEEP === undefined)('of more than is read', () => {
    const { mode, notes } = explainError(long('x ', 40_000_000) + known)
    expect(mode?.id).toBe('cross-account-pass-role')
    expect(notes).toHaveLength(1)
  })
})

test('every mode says all that it should', () => {
  expect(new Set(MODES.map(({ id }) => id)).size).toBe(MODES.length)
  for (const { id, title, cause, cure, pages, sides, says = [], within, when } of MODES) {
    expect([id, says.length > 0 || within !== undefined || when !== undefined]).toEqual([id, true])
    expect([id, sides.length > 0, pages.every(page => page.startsWith('https://'))]).toEqual([id, true, true])
    for (const words of [title, cause, cure]) expect(words).toMatch(/^(?!the test)\S.*[^.\s]$/)
  }
})
