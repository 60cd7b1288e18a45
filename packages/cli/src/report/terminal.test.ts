import { expect, test, vi } from 'vitest'
import { fit } from './live-region.ts'
import { textOutput } from './terminal.ts'

/** As much of a terminal as the live lines use: what is on the screen in the end. */
function screen(columns: number) {
  const lines = ['']
  let row = 0
  let column = 0
  const put = (letter: string) => {
    // What does not fit wraps, and is then in the way.
    if (column === columns) {
      row++
      column = 0
    }
    lines[row] = `${(lines[row] ?? '').slice(0, column).padEnd(column)}${letter}${(lines[row] ?? '').slice(column + 1)}`
    column++
  }
  return {
    isTTY: true,
    columns,
    shown: () => lines.map(line => line.trimEnd()),
    write(text: string) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told
      for (const [part, up, erase, colour] of text.matchAll(/\u001b\[(\d+)A|\u001b\[(J)|(\u001b\[[\d;]*m)|./gsu)) {
        if (up !== undefined) row -= Number(up)
        else if (erase !== undefined) {
          lines[row] = (lines[row] ?? '').slice(0, column)
          lines.length = row + 1
        } else if (part === '\r') column = 0
        else if (part === '\n') {
          row++
          column = 0
          lines[row] ??= ''
        } else if (colour === undefined) put(part)
      }
    },
  }
}

const at = { account: '111111111111', stack: 'base' } as const
const one = (resource: string, status: string) =>
  ({
    type: 'stack',
    ...at,
    resource,
    kind: 'AWS::KMS::Key',
    status,
    ...(/FAILED/.test(status) ? { reason: 'no' } : {}),
  }) as const

test('live lines show what goes on, never garble what is said, and leave nothing behind', () => {
  vi.useFakeTimers()
  try {
    const terminal = screen(40)
    let now = 0
    const output = textOutput(terminal, { now: () => now, env: {} })
    output.report({ type: 'step', text: 'deploys' })
    output.report({ type: 'stack-begins', ...at, change: 'create', resources: 2 })
    output.report({ type: 'stack-begins', ...at, stack: 'other', change: 'update' })
    output.report(one('Key', 'CREATE_IN_PROGRESS'))
    now = 1500
    vi.advanceTimersByTime(200)
    expect(terminal.shown()).toEqual([
      '  0.0 s  deploys',
      '⠹ base    1.5 s  ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 0/2 …',
      '⠹ other   1.5 s  0',
    ])
    output.report(one('Key', 'CREATE_COMPLETE'))
    output.report(one('Bucket', 'CREATE_FAILED'))
    output.report({ type: 'stack-done', ...at, stack: 'other', change: 'updated', seconds: 1.5 })
    output.print('for a program')
    expect(terminal.shown().slice(1)).toEqual([
      '  CREATE_FAILED   base  Bucket AWS::KMS:',
      ':Key',
      '      no',
      '  ✓ other updated in 111111111111 1.5 s',
      'for a program',
      '⠹ base   1.5 s  ━━━━━━━━━━━━━━━━ 2/2',
    ])
    const resume = output.pause()
    vi.advanceTimersByTime(500)
    expect(terminal.shown().at(-1)).toBe('')
    resume()
    expect(terminal.shown().at(-1)).toContain('2/2')
    output.end()
    expect(terminal.shown().at(-1)).toBe('')
  } finally {
    vi.useRealTimers()
  }
})

test('without a terminal only what is finished is said, and silence is broken, soon at first and then seldom', () => {
  vi.useFakeTimers()
  try {
    let text = ''
    let now = 0
    const output = textOutput({ write: part => (text += part) }, { now: () => now, env: {} })
    const wait = (seconds: number) => {
      for (let tick = 0; tick < seconds * 10; tick++) {
        now += 100
        vi.advanceTimersByTime(100)
      }
    }
    output.report({ type: 'stack-begins', ...at, change: 'create', resources: 2 })
    output.report(one('Key', 'CREATE_IN_PROGRESS'))
    wait(1)
    expect(text).toBe('  … base 1.0 s ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 0/2 Key\n')
    output.report(one('Key', 'CREATE_COMPLETE'))
    expect(text).toContain('\n  CREATE_COMPLETE base  Key AWS::KMS::Key\n')
    text = ''
    wait(130)
    expect(text.split('\n')).toHaveLength(30 + 10 + 1)
    output.end()
  } finally {
    vi.useRealTimers()
  }
})

test('a line is cut where the terminal ends, its colours do not count', () => {
  expect(fit('\u001b[2mabcdef\u001b[22m', 6)).toBe('\u001b[2mabcdef\u001b[22m')
  expect(fit('\u001b[2mabcdef\u001b[22m', 4)).toBe('\u001b[2mabc…\u001b[22m')
})
