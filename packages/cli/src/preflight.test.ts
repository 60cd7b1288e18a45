import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { delimiter } from 'node:path'
import { expect, test } from 'vitest'
import { preflight } from './preflight.ts'

test('an address that is not of this machine is told as such', async () => {
  // https://www.rfc-editor.org/rfc/rfc5737: nobody's
  expect(await preflight({ host: '203.0.113.9' })).toEqual([
    '203.0.113.9 is no address of this machine: give one that is, or 0.0.0.0 for all',
  ])
})

test('a machine that runs these tests has what is needed', async () => {
  expect(await preflight()).toEqual([])
})

test('each failure is one line with its cure, and all are told at once', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const path = process.env.PATH
  process.env.PATH = `/nowhere${delimiter}/neither`
  try {
    expect(await preflight({ port, directory: '/no/such/folder' })).toEqual([
      'git is not on the PATH: install it (apt install git, brew install git, git-scm.com)',
      '/no/such/folder cannot be used (ENOENT): set TMPDIR to a folder that exists',
      `port ${port} is in use: stop what listens there, or choose another (--port 0 takes a free one)`,
    ])
  } finally {
    process.env.PATH = path
    server.close()
  }
})
