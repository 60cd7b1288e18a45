import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { callRows, measured, type Servers } from './calls.ts'
import { decisionRow } from './decision.ts'
import { lineRow, play } from './line.ts'
import { build, source } from './program.ts'
import { checkRow, fleetRows, sayGrowth } from './proof.ts'
import { heading, missed, type Row, rowText } from './row.ts'
import { startServer } from './server.ts'
import { stackRow } from './stack.ts'
import { firstAnswerRow } from './start.ts'
import { startTwin } from './twin-server.ts'

// Measures the package as it is built, with signature and IAM on, and prints it beside what it could be at best.
// A missed target is marked; only a failure ends with a code other than 0.

const names = ['decision', 'check', 'fleet', 'first', ...Object.keys(measured), 'stack', 'line']

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' }, source: { type: 'boolean' }, profile: { type: 'string' } },
  allowPositionals: true,
})
const only = values.only?.split(',')
for (const name of only ?? []) {
  if (!names.includes(name)) throw new Error(`--only ${name}: choose from ${names.join(', ')}`)
}
const wanted = (name: string) => only?.includes(name) ?? true

const say = (line: string) => process.stdout.write(`${line}\n`)
const rows: Row[] = []
const show = (row: Row) => {
  rows.push(row)
  say(rowText(row))
}

const program = values.source ? source : build()
const flags = values.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', values.profile]

say(
  `${cpus().length} cores, Node ${process.versions.node}; ${values.source ? 'the source as it is' : 'the built package'}`,
)
say('')
say(heading())
if (wanted('decision')) show(decisionRow())
if (wanted('check')) show(checkRow())
if (wanted('first')) show(await firstAnswerRow(program))
if (names.slice(4, -1).some(wanted)) await measureServers()
if (wanted('line')) await measureLine()
if (wanted('fleet')) measureFleet()

const failed = rows.filter(missed)
say('')
say(
  failed.length === 0
    ? 'every target is reached'
    : `${failed.length} missed: ${failed.map(row => row.measure).join('; ')}`,
)

async function measureServers() {
  const server = (name: string) => startServer([join(import.meta.dirname, 'servers', `${name}.ts`)])
  const [twin, echo, canned] = await Promise.all([startTwin(program, flags), server('echo'), server('canned')])
  const servers: Servers = { twin, echo, canned }
  const memory = (measure: string, most: number) => {
    const ours = twin.memory()
    if (ours !== undefined) show({ measure, ours, unit: 'MB', target: { of: 'value', most } })
  }
  try {
    if (only === undefined) memory('memory, idle', 180)
    for await (const row of callRows(servers, wanted)) show(row)
    if (wanted('stack')) show(await stackRow(twin))
    memory('memory, after the run', 300)
  } finally {
    await Promise.all([twin.stop(), echo.stop(), canned.stop()])
  }
}

function measureFleet() {
  say('')
  say('one comparison of two policies, in this process')
  sayGrowth(say)
  say('')
  say('check, of many lines at once')
  for (const row of fleetRows(say)) show(row)
}

async function measureLine() {
  say('')
  say('the demo, in one process with the twin')
  const seconds = (value: number) => `${value.toFixed(1)} s`
  const played = await play(program, positionals, phase =>
    say(`  ${phase.name.padEnd(16)} ${seconds(phase.seconds).padStart(7)} ${String(phase.calls).padStart(6)} calls`),
  )
  say(`  time to ready    ${seconds(played.ready)}`)
  say(`  whole run        ${seconds(played.whole)}, ${seconds(played.cpuSeconds)} of CPU`)
  say(`  longest silence  ${seconds(played.longestSilence)} between two events`)
  say(
    `  memory           ${played.megabytes} MB at its peak (twin and commands; training and serving are processes of their own)`,
  )
  say('')
  show(lineRow(played))
}
