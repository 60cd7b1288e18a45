import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { authority, authorityFile } from './authority.ts'
import { systemClock, systemRandom } from './engine/index.ts'

const state = mkdtempSync(join(tmpdir(), 'twin-authority-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))
const day = 86_400_000
const open = (host = '127.0.0.1', now = Date.now()) =>
  authority(state, { host, clock: { ...systemClock, now: () => now }, random: systemRandom })
const own = () => new X509Certificate(readFileSync(authorityFile(state)))

test('what it issues is vouched for, by one that may sign servers and no other authority', async () => {
  const { issue, names } = await open()
  const leaf = new X509Certificate((await issue(names)).certificate)
  const ca = own()
  expect([leaf.checkIssued(ca), leaf.verify(ca.publicKey), ca.ca, leaf.ca]).toEqual([true, true, true, false])
  for (const name of ['localhost', '127.0.0.1', '::1'])
    expect([name, leaf.checkHost(name) ?? leaf.checkIP(name)]).toEqual([name, name])
  expect(leaf.checkHost('example.com')).toBeUndefined()
  expect((Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / day).toBe(398)
})

test('it is made once; its key and certificate are for its owner alone', async () => {
  const before = own().fingerprint256
  await open()
  expect(own().fingerprint256).toBe(before)
  expect(readdirSync(join(state, 'tls')).map(file => [file, statSync(join(state, 'tls', file)).mode & 0o777])).toEqual([
    ['ca-key.pem', 0o600],
    ['ca.pem', 0o600],
  ])
})

test('where all addresses are listened to, all are named', async () => {
  const { names } = await open('0.0.0.0')
  const addresses = Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(({ address }) => address))
  expect(addresses.filter(address => !names.includes(address))).toEqual([])
  expect((await open('10.1.2.3')).names).toContain('10.1.2.3')
})

test('one that has expired, or whose key is another, is refused with what to do', async () => {
  await expect(open('127.0.0.1', Date.now() + 3_660 * day)).rejects.toThrow(/has expired: remove .*tls, and a new one/)
  rmSync(join(state, 'tls', 'ca-key.pem'))
  await expect(open()).rejects.toThrow(/is not the certificate of the key beside it: remove /)
})
