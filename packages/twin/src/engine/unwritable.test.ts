import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { Unwritable, unwritable } from './unwritable.ts'

const state = '/home/me/state'
const fault = (code: string | number, more: object = {}) => Object.assign(new Error('in other words'), { code }, more)

test.each([
  ['a file of the state', fault('ENOSPC', { path: `${state}/s3/ab` }), `The state directory ${state} is full`],
  ['a stream, which knows no path', fault('ENOSPC'), `The state directory ${state} is full`],
  ['the database, which knows the number', fault(constants.errno.ENOSPC), `The state directory ${state} is full`],
  ['another folder', fault('ENOSPC', { path: '/tmp/x/y' }), '/tmp/x is full'],
  [
    'a folder that begins alike',
    fault('EROFS', { path: `${state}-2/y` }),
    `${state}-2 is on a file system that is read-only`,
  ],
  ['a mode', fault('EACCES', { path: `${state}/lock` }), `The state directory ${state} is read-only for this user`],
  ['a limit', fault('EFBIG'), `The state directory ${state} has a file at the size limit`],
])('%s: what is wrong, where and the cure', (_what, error, text) => {
  const told = unwritable(error, state)
  expect(told).toBeInstanceOf(Unwritable)
  expect(told?.message).toContain(text)
  expect(told?.cause).toBe(error)
  expect(unwritable(told, state)).toBe(told)
})

test.each([
  ['no error of the system', new Error('ENOSPC')],
  ['a port', fault('EADDRINUSE')],
  ['a connection, which knows no path', fault('EACCES')],
  ['a program that may not be run', fault('EACCES', { path: 'git', syscall: 'spawn git' })],
  ['no error', 'ENOSPC'],
])('%s is something else', (_what, error) => expect(unwritable(error, state)).toBeUndefined())
