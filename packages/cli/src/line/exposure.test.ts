import { expect, test } from 'vitest'
import { exposure } from './exposure.ts'

test.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])(
  '%s is this machine, of which nothing needs to be said',
  host => {
    expect([exposure(host, true), exposure(host, false)]).toEqual([[], []])
  },
)

test.each(['0.0.0.0', '::', '192.168.0.7', '127.evil.example'])('%s is said to be beyond it', host => {
  expect(exposure(host, true).join('\n')).toMatch(
    /beyond this machine: whoever .*\nwith --tls, nobody on the way reads/,
  )
  expect(exposure(host, false).join('\n')).toMatch(
    /beyond this machine: whoever .*\nwithout --tls, .* in the clear, and aws:SecureTransport is false for whoever/,
  )
})
