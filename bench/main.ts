import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { Event } from '../packages/cli/src/report/event.ts'

// Plays the demo once as a user would, in a process of its own, and prints what it cost.

type Phase = Extract<Event, { type: 'phase' }>

const began = performance.now()
const seconds = () => (performance.now() - began) / 1000

const demo = spawn(
  process.execPath,
  [
    '--import',
    join(import.meta.dirname, 'resources.ts'),
    join(import.meta.dirname, '../packages/cli/src/main.ts'),
    'demo',
    '--json',
    '--approve',
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] },
)
const interrupt = () => demo.kill('SIGINT')
process.on('SIGINT', interrupt)

const ended = once(demo, 'close')
const resources = text(demo.stdio[3] as NodeJS.ReadableStream)
const phases: Phase[] = []
let ready: number | undefined
let longestSilence = 0
let last = 0

for await (const line of createInterface(demo.stdout as NodeJS.ReadableStream)) {
  const event = JSON.parse(line) as Event
  const now = seconds()
  if (event.type === 'ready') ready = now
  longestSilence = Math.max(longestSilence, now - last)
  last = now
  if (event.type === 'phase') {
    phases.push(event)
    process.stdout.write(`${row(event.name, event.seconds, event.calls)}\n`)
  }
}

const [code] = await ended
const { rssMegabytes, cpuSeconds } = JSON.parse((await resources) || '{}') as Record<string, number>
const total = seconds()
const calls = phases.reduce((sum, phase) => sum + phase.calls, 0)
process.stdout.write(
  [
    row('all phases', sum(phases), calls),
    '',
    `time to ready    ${fixed(ready)} s`,
    `whole run        ${fixed(total)} s, ${fixed(cpuSeconds)} s of CPU, on ${cpus().length} cores`,
    `longest silence  ${fixed(longestSilence)} s between two events`,
    `memory           ${rssMegabytes ?? '?'} MB at its peak (twin and commands; training and serving are processes of their own)`,
    '',
  ].join('\n'),
)
process.exitCode = code ?? 1

function sum(all: readonly Phase[]): number {
  return all.reduce((total, phase) => total + phase.seconds, 0)
}

function row(name: string, taken: number, made: number): string {
  return `${name.padEnd(16)} ${fixed(taken).padStart(7)} s ${String(made).padStart(6)} calls`
}

function fixed(value: number | undefined): string {
  return value === undefined ? '?' : value.toFixed(1)
}
