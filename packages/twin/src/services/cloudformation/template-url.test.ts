import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Twin, twin } from '../../twin.ts'

const region = 'us-east-1'
const Description = 'read by a signed URL'

describe.each([true, false])('a signed template URL on a twin with tls %s', tls => {
  const state = mkdtempSync(join(tmpdir(), 'twin-template-url-'))
  let it: Twin
  const config = (account: string) => ({
    endpoint: it.endpoint,
    region,
    credentials: it.operator(account),
    ...(it.authority === undefined
      ? {}
      : { requestHandler: { httpsAgent: { ca: readFileSync(it.authority, 'utf8') } } }),
  })
  beforeAll(async () => {
    it = await twin({ state, tls })
    const s3 = new S3Client(config('111111111111'))
    await s3.send(new CreateBucketCommand({ Bucket: 'templates' }))
    const Body = JSON.stringify({ Description, Resources: { B: { Type: 'AWS::S3::Bucket' } } })
    await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'a.json', Body }))
  })
  afterAll(async () => {
    await it.close()
    rmSync(state, { recursive: true, force: true })
  })

  async function signed(account: string, address: string): Promise<string> {
    const { protocol, host, hostname, port, pathname: path } = new URL(address)
    const sha256 = Sha256
    const credentials = it.operator(account)
    const signer = new SignatureV4({ service: 's3', region, credentials, sha256, uriEscapePath: false })
    const headers = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    const request = { method: 'GET', protocol, hostname, ...(port === '' ? {} : { port: Number(port) }), path, headers }
    const { query } = await signer.presign(request, { expiresIn: 60 })
    return `${address}?${new URLSearchParams(query as Record<string, string>)}`
  }
  // Another account, which may read nothing there by itself.
  const read = async (TemplateURL: string) =>
    (await new CloudFormationClient(config('222222222222')).send(new ValidateTemplateCommand({ TemplateURL })))
      .Description

  test('is read under the name it was signed for, and never from that name', async () => {
    expect(await read(await signed('111111111111', `${it.endpoint}/templates/a.json`))).toBe(Description)
    const virtual = `https://templates.s3.${region}.amazonaws.com/a.json`
    expect(await read(await signed('111111111111', virtual))).toBe(Description)
    await expect(read(await signed('222222222222', virtual))).rejects.toThrow('S3 error: Access Denied')
  })
})
