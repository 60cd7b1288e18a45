import { deflateRawSync } from 'node:zlib'
import type { Chance } from './chance.ts'
import { tarGz, zip } from './zip.ts'

const x = Buffer.from('x')
const file = (name: string, more = {}) => zip([{ name, data: x, ...more }])
const good = zip([{ name: 'index.js', data: Buffer.from('exports.handler = async event => event') }])
const patched = (at: number, value: number) => {
  const bytes = Buffer.from(good)
  bytes.writeUInt32LE(value, bytes.length - 22 + at)
  return bytes
}

/** A megabyte of zeroes behind few bytes, and headers that say much less, or much more. */
const bomb = (claims: number) => {
  const data = deflateRawSync(Buffer.alloc(1 << 20))
  const bytes = zip([{ name: 'bomb', data }])
  for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = -1) {
    bytes.writeUInt16LE(8, at + 8)
    bytes.writeUInt32LE(claims >>> 0, at + 22)
  }
  const central = bytes.indexOf('PK\x01\x02')
  bytes.writeUInt16LE(8, central + 10)
  bytes.writeUInt32LE(claims >>> 0, central + 24)
  return bytes
}

/** Names that would leave their folder, or cannot be files. */
const names: readonly string[] = [
  '../escaped',
  '../../../../../../../../tmp/escaped',
  '/escaped',
  'a/../../escaped',
  '..',
  '.',
  './',
  '',
  'a//b',
  'a\0b',
  'C:\\escaped',
  '..\\escaped',
  'x'.repeat(300),
  'a/'.repeat(600),
  `${'a/'.repeat(300)}b`,
  '\ud800',
  'index.js/',
  '__proto__',
  'con',
  '-rf',
  'é',
  'a\nb',
  '../package.json',
  'node_modules/../../package.json',
]

const archives: readonly Buffer[] = [
  good,
  ...names.map(name => file(name)),
  zip([
    { name: 'a', data: x },
    { name: 'a/b', data: x },
  ]),
  zip([
    { name: 'a/b', data: x },
    { name: 'a', data: x },
  ]),
  zip([
    { name: 'a', data: x },
    { name: 'a', data: x },
  ]),
  file('link', { mode: 0o120777 }),
  file('device', { mode: 0o060666 }),
  file('lies', { claims: 0xffffffff }),
  file('lies', { claims: 0x7fffffff }),
  file('lies', { claims: 0 }),
  file('lies', { claims: 250_000_000 }),
  bomb(1 << 20),
  bomb(10),
  bomb(0xfffffff0),
  zip([]),
  patched(8, 0xffffffff),
  patched(12, 0xffffffff),
  patched(16, 0xffffffff),
  patched(16, 0),
  good.subarray(0, good.length - 10),
  good.subarray(20),
  Buffer.concat([Buffer.from('#!/bin/sh\n'), good]),
  Buffer.from('PK\x05\x06'),
  Buffer.alloc(100),
]

/** A deployment package as nobody makes one. */
export function archive(from: Chance): Buffer {
  const bytes = from.pick(archives)
  if (!from.once(3) || bytes.length === 0) return bytes
  const worn = Buffer.from(bytes)
  for (let count = from.below(4) + 1; count > 0; count--) worn[from.below(worn.length)] = from.below(256)
  return worn
}

/** Model archives: what a training job's container and a model server unpack. */
export const models: readonly Buffer[] = [
  tarGz([{ name: '../../escaped', type: '0', data: x }]),
  tarGz([{ name: '/tmp/escaped', type: '0', data: x }]),
  tarGz([{ name: 'link', type: '2', link: '/etc/passwd' }]),
  tarGz([
    { name: 'link', type: '2', link: '..' },
    { name: 'link/escaped', type: '0', data: x },
  ]),
  tarGz([{ name: 'device', type: '3' }]),
  tarGz([{ name: 'pipe', type: '6' }]),
  tarGz([
    { name: 'a', type: '0', data: x },
    { name: 'a/b', type: '0', data: x },
  ]),
  tarGz([{ name: 'xgboost-model', type: '0', data: Buffer.from('{"learner":{}}') }]),
  tarGz([{ name: 'xgboost-model', type: '0', data: Buffer.from('nonsense') }]),
  tarGz([]),
  Buffer.from('no archive'),
]
