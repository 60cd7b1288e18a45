import { expect, test } from 'vitest'
import { isLoopback, urlOf } from './address.ts'

test.each([
  ['127.0.0.1', true],
  ['127.255.0.3', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

test('on all addresses it is reached by loopback; an IPv6 address has brackets', () => {
  expect(urlOf('http', '0.0.0.0', 1)).toBe('http://127.0.0.1:1')
  expect(urlOf('https', '::', 1)).toBe('https://[::1]:1')
  expect(urlOf('https', 'fe80::1', 1)).toBe('https://[fe80::1]:1')
  expect(urlOf('http', 'host.example', 1)).toBe('http://host.example:1')
})
