import type { Event, Report } from './event.ts'
import { liveRegion, type TerminalStream } from './live-region.ts'
import { coloured, type Paint, plain } from './paint.ts'
import { progress } from './progress.ts'
import { textOf } from './text.ts'

export interface Output {
  report: Report
  /** For texts that are laid out to a width. */
  readonly look: { readonly paint: Paint; readonly columns: number }
  /** For what another program reads: export lines, credentials, predictions. */
  print(text: string): void
  /** Takes the live lines away, until the function that it returns is called. */
  pause(): () => void
  /** Nothing goes on any more. */
  end(): void
}

/** What a command gets beside its options. */
export interface Terminal extends Output {
  signal: AbortSignal
  /** A person sits there and can be asked. */
  interactive: boolean
  ask(question: string): Promise<string>
  /** Standard input, whole; a person at a terminal is told what is waited for. */
  input(prompt?: string): Promise<string>
  /** What the shell hears of the command's end, whichever; where nothing is said, 0 when all went well and 1 when not. */
  exit(code: number): void
}

/** Of what is no terminal. */
const COLUMNS = 80

/** One JSON document a line. */
export function jsonOutput(stream: TerminalStream, now: () => number): Output {
  const write = (event: Event) => void stream.write(`${JSON.stringify(event)}\n`)
  const reminder = remind(now, write)
  return {
    look: { paint: plain, columns: COLUMNS },
    report(event) {
      reminder.heard(event, true)
      write(event)
    },
    print: text => void stream.write(`${text}\n`),
    pause: () => () => {},
    end: reminder.end,
  }
}

interface Surroundings {
  now(): number
  env: Readonly<Record<string, string | undefined>>
}

/** Colour and live lines of progress at a terminal, plain lines otherwise; elapsed time on both. */
export function textOutput(stream: TerminalStream, { now, env }: Surroundings): Output {
  const terminal = stream.isTTY === true && env.TERM !== 'dumb'
  return terminal
    ? liveOutput(stream, now, env.NO_COLOR === undefined || env.NO_COLOR === '')
    : plainOutput(stream, now)
}

const elapsed = (ms: number) => `${(ms / 1000).toFixed(1).padStart(5)} s`
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

function liveOutput(stream: TerminalStream, now: () => number, colours: boolean): Output {
  const paint = colours ? coloured : plain
  const started = now()
  const region = liveRegion(stream)
  const goingOn = progress(now)
  let frame = 0
  let paused = false
  const draw = () => {
    if (paused) return
    const mark = paint('cyan', frames[frame % frames.length] ?? '')
    region.draw(goingOn.lines().map(line => `${mark} ${paint('dim', line)}`))
  }
  const timer = setInterval(() => {
    frame++
    draw()
  }, 100).unref()
  const pause = () => {
    paused = true
    region.write('')
    return () => {
      paused = false
      draw()
    }
  }
  return {
    look: { paint, columns: stream.columns ?? COLUMNS },
    report(event) {
      goingOn.take(event)
      const text = textOf(event, { paint, live: true })
      if (text !== undefined) region.write(`${stamped(event, text, paint('dim', elapsed(now() - started)))}\n`)
      draw()
    },
    print(text) {
      region.write(`${text}\n`)
      draw()
    },
    pause,
    end() {
      pause()
      clearInterval(timer)
    },
  }
}

const stamped = (event: Event, text: string, time: string) => (event.type === 'step' ? `${time}  ${text}` : text)

/** After how long a silence a line says what goes on: soon at first, then seldom, for a log that is read later. */
const silenceOf = (reminders: number) => (reminders < 30 ? 950 : 9_950)

/** Breaks a silence while something goes on. */
function remind(now: () => number, say: (event: Extract<Event, { type: 'progress' }>) => void) {
  const goingOn = progress(now)
  let spoke = now()
  let reminders = 0
  const timer = setInterval(() => {
    const lines = goingOn.lines()
    if (lines.length === 0 || now() - spoke < silenceOf(reminders)) return
    spoke = now()
    reminders++
    say({ type: 'progress', text: lines.map(line => line.replace(/ +/g, ' ').trim()).join('  ') })
  }, 100).unref()
  return {
    /** `shown`: there was something to see. */
    heard(event: Event, shown: boolean) {
      goingOn.take(event)
      if (!shown) return
      spoke = now()
      reminders = 0
    },
    end: () => clearInterval(timer),
  }
}

function plainOutput(stream: TerminalStream, now: () => number): Output {
  const started = now()
  const write = (event: Event) => {
    const text = textOf(event, { paint: plain, live: false })
    if (text !== undefined) stream.write(`${stamped(event, text, elapsed(now() - started))}\n`)
    return text !== undefined
  }
  const reminder = remind(now, write)
  return {
    look: { paint: plain, columns: COLUMNS },
    report: event => reminder.heard(event, write(event)),
    print: text => void stream.write(`${text}\n`),
    pause: () => () => {},
    end: reminder.end,
  }
}
