import type { Event } from './event.ts'

/** Something that goes on. */
interface Activity {
  name: string
  since: number
  /** Of a stack: its resources, those that are being worked on, and those that are finished. */
  stack?: { of: number | undefined; working: Set<string>; finished: Set<string> }
}

export interface Progress {
  take(event: Event): void
  /** What goes on, as lines without colour. */
  lines(): string[]
}

/** What goes on now, told by the events so far. */
export function progress(now: () => number): Progress {
  const going = new Map<string, Activity>()
  let doing: Activity | undefined

  const takes: { [Type in Event['type']]?: (event: Extract<Event, { type: Type }>) => void } = {
    step({ text }) {
      doing = { name: text, since: now() }
    },
    done() {
      doing = undefined
      going.clear()
    },
    execution({ pipeline, status }) {
      if (status !== 'InProgress') going.clear()
      else doing ??= { name: `${pipeline} runs`, since: now() }
    },
    action({ stage, action, status }) {
      const name = `${stage}/${action}`
      if (status === 'InProgress') going.set(name, { name, since: now() })
      else going.delete(name)
    },
    'stack-begins'({ account, stack, resources }) {
      going.set(`${account} ${stack}`, {
        name: stack,
        since: now(),
        stack: { of: resources, working: new Set(), finished: new Set() },
      })
    },
    stack({ account, stack: name, resource, status }) {
      const activity = going.get(`${account} ${name}`)
      if (activity?.stack === undefined || resource === name) return
      const { working, finished } = activity.stack
      const ended = !status.endsWith('_IN_PROGRESS')
      working[ended ? 'delete' : 'add'](resource)
      finished[ended ? 'add' : 'delete'](resource)
    },
    'stack-done': ({ account, stack }) => void going.delete(`${account} ${stack}`),
  }

  return {
    take: event => (takes[event.type] as ((event: Event) => void) | undefined)?.(event),
    lines() {
      const activities = going.size > 0 ? [...going.values()] : doing === undefined ? [] : [doing]
      const width = Math.max(0, ...activities.map(({ name }) => name.length))
      return activities.map(activity => line(activity, width, now()))
    },
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function line({ name, since, stack }: Activity, width: number, now: number): string {
  const taken = seconds(now - since).padStart(7)
  if (stack === undefined) return `${name.padEnd(width)} ${taken}`
  const { of, working, finished } = stack
  const total = of === undefined ? '' : `/${of}`
  return `${name.padEnd(width)} ${taken}  ${bar(finished.size, of)}${finished.size}${total}  ${[...working].join(' ')}`
}

const length = 16

function bar(done: number, of: number | undefined): string {
  if (of === undefined || of === 0) return ''
  const full = Math.min(length, Math.round((length * done) / of))
  return `${'━'.repeat(full)}${'╌'.repeat(length - full)} `
}
