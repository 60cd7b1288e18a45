import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Workplace, workplace } from '../../packages/cli/src/demo/workplace.ts'
import { effects, leftovers } from './crash/effects.ts'
import { random } from './crash/random.ts'
import { survivor } from './crash/survivor.ts'
import { type Death, type TwinProcess, twinProcess } from './crash/twin-process.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
/** Another seed is other moments: TRIPOINT_SEED=7. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const wanted = deep ? 50 : 3
/** Of one line: few and far between, or one upon the other. */
const killsOfLine = deep ? [2, 14] : [3, 3]
const pushes = deep ? 2 : 1
/** How far the kills of a line reach at most: beyond its end, some come too late; before it, all are certain to come. */
const span = deep ? 1.6 : 1.2

const roots: string[] = []
const running: TwinProcess[] = []
const room = () => {
  const root = mkdtempSync(join(tmpdir(), 'crash-'))
  roots.push(root)
  return root
}
afterAll(async () => {
  for (const it of running) await it.kill().catch(() => {})
  for (const root of roots) rmSync(root, { recursive: true, force: true })
})

interface Life {
  place: Workplace
  it: TwinProcess
  /** How the twin died, each time. */
  deaths: string[]
}

/** How the next life ends: by itself at one of its commits, or by another's hand after some time. */
type Fate = Death | { ms: number }

const told = (fate: Fate) => ('ms' in fate ? `after ${Math.round(fate.ms)} ms` : `${fate.when} commit ${fate.commit}`)

/** A whole line on a twin that dies as it is fated; every loss of the connection is only waited for. */
async function life(fates: readonly Fate[]): Promise<Life> {
  const place = await workplace(room())
  const it = await twinProcess(place.state)
  running.push(it)
  const deaths: string[] = []
  const over = Promise.withResolvers<void>()
  const plague = async () => {
    for (const fate of fates) {
      await it.start('ms' in fate ? undefined : fate)
      const timer = 'ms' in fate ? sleep(fate.ms) : it.died()
      const lived = await Promise.race([timer.then(() => false), over.promise.then(() => true)])
      if (lived) return
      await it.kill()
      deaths.push(told(fate))
    }
    await it.start()
    await over.promise
  }
  const line = async () => {
    const user = survivor(place, it.endpoint)
    try {
      await user.deploy()
      await user.upload()
      for (let push = 1; push <= pushes; push++) {
        const id = await user.push(`Push ${push}`)
        expect(await user.finish(id)).toEqual({ status: 'Succeeded' })
      }
      const rows = readFileSync(join(place.project, 'data', 'validation.csv'), 'utf8')
        .split('\n')
        .slice(0, 3)
      const answers = await user.predict(rows.map(row => row.slice(row.indexOf(',') + 1)))
      expect(answers).toHaveLength(3)
    } finally {
      over.resolve()
    }
  }
  await Promise.all([plague(), line()])
  // Its hour may have come when nobody looked any more.
  if ((await it.stop()) === null) {
    await it.start()
    expect(await it.stop()).toBe(0)
  }
  return { place, it, deaths }
}

let undisturbed: { effects: Record<string, unknown>; ms: number; commits: number }
beforeAll(async () => {
  const began = performance.now()
  const { place, it } = await life([])
  const ms = performance.now() - began
  const commits = Number(/commits: (\d+)/.exec(it.printed())?.[1])
  undisturbed = { effects: await effects(place), ms, commits }
}, 120_000)

test(`killed at ${wanted} moments and started again, the line comes to the same end`, async () => {
  const { uniform } = random(seed)
  const fate = (reach: number): Fate =>
    uniform(0, 1) < 0.3
      ? { ms: uniform(0, reach * undisturbed.ms) }
      : {
          commit: Math.ceil(uniform(0, reach * undisturbed.commits)),
          when: uniform(0, 1) < 0.5 ? 'within' : 'after',
        }
  let killed = 0
  while (killed < wanted) {
    const [fewest = 1, most = 1] = killsOfLine
    const kills = Math.round(uniform(fewest, most))
    const fates = Array.from({ length: kills }, () => fate(span / (kills + 1)))
    const { place, it, deaths } = await life(fates)
    killed += deaths.length
    const story = `seed ${seed}, killed ${deaths.join(', ')}`
    console.info(story)
    expect(await effects(place), story).toEqual(undisturbed.effects)
    expect(it.printed(), story).not.toMatch(/is parked|unexpected:|not delivered|is dropped|Error:/)
    expect(await leftovers(place), story).toEqual(nothing)
    rmSync(place.root, { recursive: true, force: true })
  }
  console.info(`kills: ${killed}`)
}, 1_800_000)

const nothing = {
  ...{
    work: [],
    inbox: [],
    'inbox-next': [],
    answer: [],
    'states/token': [],
    'states/token-of': [],
    'states/waiter': [],
  },
  'codecommit/push': [],
  jobs: 0,
}
