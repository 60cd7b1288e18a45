import { connect } from 'node:net'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEY, refusal, SESSION, startTestWire, type TestWire } from './test-wire.ts'

let wire: TestWire
beforeAll(async () => {
  wire = await startTestWire()
  wire.handlers['sts:GetCallerIdentity'] = () => ({ Account: '1' })
  wire.handlers['kms:ListKeys'] = () => ({ Keys: [] })
  wire.handlers['lambda:ListFunctions'] = () => ({ Functions: [] })
  wire.handlers['s3:ListBuckets'] = () => ({ Buckets: [] })
  wire.handlers['sts:AssumeRoleWithWebIdentity'] = () => ({})
})
afterAll(() => wire.close())

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
type Change = (request: { headers: Record<string, string>; body: unknown }) => void

/** The same call through each protocol's front door, as `[code, status]`. */
const doors = async (credentials: Keys, change?: Change): Promise<unknown[]> => {
  const config = { ...wire.config, credentials }
  const clients = [
    new sts.STSClient(config),
    new kms.KMSClient(config),
    new lambda.LambdaClient(config),
    new s3.S3Client(config),
  ]
  const commands = [
    new sts.GetCallerIdentityCommand({}),
    new kms.ListKeysCommand({}),
    new lambda.ListFunctionsCommand({}),
    new s3.ListBucketsCommand({}),
  ]
  const answers: unknown[] = []
  for (const [index, client] of (clients as kms.KMSClient[]).entries()) {
    client.middlewareStack.add(
      next => async args => {
        change?.(args.request as never)
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    answers.push(
      await client.send(commands[index] as kms.ListKeysCommand).then(
        () => 'ok',
        error => [error.name, error.$metadata.httpStatusCode],
      ),
    )
  }
  return answers
}

test('who may pass', async () => {
  expect(await doors(KEY)).toEqual(['ok', 'ok', 'ok', 'ok'])
  expect(await doors(SESSION)).toEqual(['ok', 'ok', 'ok', 'ok'])
  expect(wire.calls.at(-1)).toMatchObject({ accessKeyId: SESSION.accessKeyId, sessionToken: SESSION.sessionToken })
})

test('a wrong secret', async () => {
  expect(await doors({ ...KEY, secretAccessKey: 'wrong' })).toEqual([
    ['SignatureDoesNotMatch', 403],
    ['InvalidSignatureException', 400],
    ['InvalidSignatureException', 403],
    ['SignatureDoesNotMatch', 403],
  ])
})

test('an unknown key, and a token that is not its own', async () => {
  const refused = [
    ['InvalidClientTokenId', 403],
    ['UnrecognizedClientException', 400],
    ['UnrecognizedClientException', 403],
  ]
  expect(await doors({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' })).toEqual([
    ...refused,
    ['InvalidAccessKeyId', 403],
  ])
  expect(await doors({ ...SESSION, sessionToken: 'another' })).toEqual([...refused, ['InvalidToken', 400]])
  const { sessionToken: _, ...bare } = SESSION
  expect(await doors(bare)).toEqual([...refused, ['InvalidToken', 400]])
  expect(await doors({ ...KEY, sessionToken: 'one too many' })).toEqual([...refused, ['InvalidToken', 400]])
})

test('a session that has ended', async () => {
  expect(await doors({ accessKeyId: 'ASIAEXPIRED', secretAccessKey: 'old', sessionToken: 'old' })).toEqual([
    ['ExpiredToken', 403],
    ['ExpiredTokenException', 400],
    ['ExpiredTokenException', 403],
    ['ExpiredToken', 400],
  ])
})

test('a clock that is too far off, either way', async () => {
  for (const offset of [16 * 60_000, -16 * 60_000]) {
    wire.clock.offset = offset
    const answers = await doors(KEY).finally(() => {
      wire.clock.offset = 0
    })
    expect(answers).toEqual([
      ['SignatureDoesNotMatch', 403],
      ['InvalidSignatureException', 400],
      ['InvalidSignatureException', 403],
      ['RequestTimeTooSkewed', 403],
    ])
  }
})

test('what was changed after signing', async () => {
  const header = await doors(KEY, ({ headers }) => {
    headers['x-amz-date'] = headers['x-amz-date']!.replace(/.Z$/, digit => (digit === '0Z' ? '1Z' : '0Z'))
  })
  expect(header.map(answer => (answer as string[])[0])).toEqual([
    'SignatureDoesNotMatch',
    'InvalidSignatureException',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
  ])
  const client = new kms.KMSClient(wire.config)
  client.middlewareStack.add(
    next => args => {
      ;(args.request as { body: string }).body = '{"Limit":11}'
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  expect(await refusal(client.send(new kms.ListKeysCommand({ Limit: 10 })))).toMatchObject({
    name: 'InvalidSignatureException',
  })
  const added = await doors(KEY, ({ headers }) => {
    headers['x-amz-acl'] = 'public-read'
  })
  expect(added).toEqual(['ok', 'ok', 'ok', ['AccessDenied', 403]])
})

test('nobody signed it', async () => {
  const text = async (path: string, init?: RequestInit) => {
    const response = await fetch(wire.endpoint + path, init)
    return `${response.status} ${await response.text()}`
  }
  expect(await text('/?Action=GetCallerIdentity&Version=2011-06-15')).toMatch(
    /^403 .*<Code>MissingAuthenticationToken</s,
  )
  const web =
    'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::1:role/r&RoleSessionName=s&WebIdentityToken=t'
  expect(await text(`/?${web}`)).toMatch(/^200 /)
  expect(await text('/')).toMatch(/^200 /)
  expect(wire.calls.at(-1)).toMatchObject({ operation: 'ListBuckets' })
  expect(wire.calls.at(-1)).not.toHaveProperty('accessKeyId')
  expect(await text('/', { method: 'POST', headers: { 'x-amz-target': 'TrentService.ListKeys' }, body: '{}' })).toMatch(
    /^400 .*MissingAuthenticationTokenException/,
  )
  expect(await text('/b/k?AWSAccessKeyId=A&Signature=s&Expires=1')).toMatch(/^400 .*InvalidRequest.*AWS4-HMAC-SHA256/s)
  expect(await text('/b/k', { headers: { authorization: 'Basic eDp5' } })).toMatch(
    /^400 .*AuthorizationHeaderMalformed/s,
  )
})

const client = () => new kms.KMSClient(wire.config)

const withBody = (body: string) => {
  const changed = client()
  changed.middlewareStack.add(
    next => args => {
      const request = args.request as { body: string; headers: Record<string, string> }
      request.body = body
      request.headers['content-length'] = String(body.length)
      return next(args)
    },
    { step: 'build', priority: 'low' },
  )
  return refusal(changed.send(new kms.ListKeysCommand({})))
}

test('input that cannot be read, of the wrong type, or incomplete', async () => {
  expect(await withBody('{"Limit":')).toMatchObject({
    name: 'SerializationException',
    $metadata: { httpStatusCode: 400 },
  })
  expect(await withBody('{"Limit":"x"}')).toMatchObject({
    name: 'SerializationException',
    message: "'limit' must be a number.",
  })
  expect(await withBody('[]')).toMatchObject({ name: 'SerializationException' })
  expect(await withBody(`{"Marker":${'['.repeat(100_000)}`)).toMatchObject({
    name: 'SerializationException',
    message: expect.stringContaining('100 levels'),
  })
  expect(await refusal(client().send(new kms.DescribeKeyCommand({} as never)))).toMatchObject({
    name: 'ValidationException',
    message: "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
  })
  const role = await refusal(new sts.STSClient(wire.config).send(new sts.AssumeRoleCommand({ RoleArn: 'r' } as never)))
  expect(role).toMatchObject({ name: 'ValidationError', message: expect.stringContaining("'roleSessionName'") })
})

test('no bytes bring it down', async () => {
  const port = Number(new URL(wire.endpoint).port)
  const raw = (bytes: string): Promise<string> =>
    new Promise(resolve => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
      socket.on('data', data => {
        text += data
      })
      socket.on('error', () => resolve(text))
      socket.on('close', () => resolve(text))
    })
  const get = (path: string, more = '') => raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`)
  expect(await get('/b/%ZZ')).toMatch(/^HTTP\/1.1 400 .*InvalidURI/s)
  expect(await get('/b?x=%')).toMatch(/^HTTP\/1.1 400 /)
  expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
  expect(await get('/', 'Authorization: AWS4-HMAC-SHA256 Credential=a/b\r\n')).toMatch(/^HTTP\/1.1 400 /)
  expect(await get('/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=////')).toMatch(/^HTTP\/1.1 400 /)
  expect(await get('/service//operation/', 'smithy-protocol: rpc-v2-cbor\r\n')).toMatch(/^HTTP\/1.1 400 /)
  expect(
    await raw(
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999999\r\n\r\nA',
    ),
  ).toMatch(/^HTTP\/1.1 413 /)
  expect(
    await raw(
      'PUT /b/k HTTP/1.1\r\nHost: x\r\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nConnection: close\r\nContent-Length: 4\r\n\r\nzz\r\n',
    ),
  ).toMatch(/^HTTP\/1.1 /)
  expect(await doors(KEY)).toEqual(['ok', 'ok', 'ok', 'ok'])
  expect(wire.unexpected).toEqual([])
})

test('closing does not wait for idle connections', async () => {
  const other = await startTestWire()
  await fetch(`${other.endpoint}/health`)
  const from = performance.now()
  await other.close()
  expect(performance.now() - from).toBeLessThan(2000)
})

test('a key that is believed without a signature, whole bodies and signed chunks alike', async () => {
  wire.handlers['s3:PutObject'] = async ({ Body }: { Body: AsyncIterable<Buffer> }) => {
    for await (const _ of Body);
    return {}
  }
  const stranger = { accessKeyId: 'UNVERIFIED', secretAccessKey: 'whatever', sessionToken: 'any' }
  expect(await doors(stranger)).toEqual(['ok', 'ok', 'ok', 'ok'])
  const client = new s3.S3Client({ ...wire.config, credentials: stranger })
  await client.send(new s3.PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'bytes' }))
})
