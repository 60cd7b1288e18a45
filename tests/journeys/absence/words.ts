import type { Absence } from '@tripoint/pipeline'
import { expect } from 'vitest'
import { sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { push } from '../../../packages/cli/src/demo/push.ts'
import { executions } from '../../../packages/cli/src/line/watch.ts'
import type { Line } from '../line.ts'
import { type Absent, expectDenied, isDenied, lastNumber, onCopy, type Scene, without } from './absent.ts'
import { retried, stepReaches } from './follow.ts'
import { arrived } from './lost.ts'
import { movedClock } from './moved-clock.ts'
import { hasPath, onPath } from './paths.ts'
import { newestExecution } from './saved-lines.ts'
import { waitsInVain } from './time-out.ts'

/** What an entry says of its absence, and what has to be seen then. */
const WORDS: Readonly<Record<Absence['does'], (scene: Scene) => Promise<void>>> = {
  'stops-at': stopsAt,
  'never-starts': neverStarts,
  'times-out': timesOut,
  degrades,
  'only-on': onPath,
}

export const hasOccasion = ({ access }: Absent): boolean => access.absence.does !== 'only-on' || hasPath(access)

export const keepsItsWord = (scene: Scene): Promise<void> => WORDS[scene.absent.access.absence.does](scene)

/** Deployments begin where a model waits for approval: nothing before it needs to be done again. */
const savedFor = ({ saved, absent }: Scene): string => (absent.access.hop === 'deploy' ? saved.waiting : saved.fresh)

const begin = (line: Line, { absent }: Scene): Promise<string> =>
  absent.access.hop === 'deploy' ? newestExecution(line) : line.start()

/** The execution fails at exactly the step; with the entry back, a retry goes on. */
function stopsAt(scene: Scene): Promise<void> {
  const { absent } = scene
  const { step = '', error = '' } = absent.access.absence
  return onCopy(absent, savedFor(scene), async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    const id = await begin(line, scene)
    const { status, failed } = await line.finish(id)
    expect({ status, at: `${failed?.stage}/${failed?.action}`, says: failed?.message }).toEqual({
      status: 'Failed',
      at: step,
      says: expect.stringContaining(error),
    })
    expectDenied(line, absent, since)

    await line.deploy()
    expect(await retried(line, id, step)).toEqual({ status: 'Succeeded', message: '' })
  })
}

/** The push is made, and nothing starts; with the entry back, the next push starts the line. */
function neverStarts({ saved, absent }: Scene): Promise<void> {
  return onCopy(absent, saved.fresh, async line => {
    const shared = line.account('shared')
    const count = async () => (await executions(shared, line.definition.name)).length
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    const before = await count()
    const repository = `${line.twin.endpoint}/v1/repos/${line.definition.source.repository}`
    await push(line.place.project, repository, 'main', 'Unheard', shared)
    while (!isDenied(line, absent, since)) await sleep(line.cloud.pace)
    expectDenied(line, absent, since)

    await line.deploy()
    expect(await count()).toBe(before)
    const heard = await line.push('Heard')
    expect(heard.trigger).toContain('rule/churn-commit')
    expect((await stepReaches(line, heard.id, 'Source/Source')).status).toBe('Succeeded')
  })
}

/** The action waits for an answer that never comes. */
function timesOut(scene: Scene): Promise<void> {
  const { absent } = scene
  const clock = movedClock()
  const play = async (line: Line) => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    const id = await begin(line, scene)
    await waitsInVain(line, absent, { id, since, clock })
    expectDenied(line, absent, since)
    await line.deploy()
    expect(await retried(line, id, absent.access.step)).toEqual({ status: 'Succeeded', message: '' })
  }
  return onCopy(absent, savedFor(scene), play, { clock })
}

/** The step succeeds, and a log or a metric is missing; with the entry back, the next run's is there. */
function degrades(scene: Scene): Promise<void> {
  const { absent } = scene
  const { access } = absent
  const run = async (line: Line, id: string) =>
    access.hop === 'deploy'
      ? expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
      : expect((await stepReaches(line, id, access.step)).status).toBe('Succeeded')
  return onCopy(absent, savedFor(scene), async line => {
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await run(line, await begin(line, scene))
    expectDenied(line, absent, since)
    expect(await arrived(line, access)).toBe(0)

    await line.deploy()
    await run(line, await line.start())
    while ((await arrived(line, access)) === 0) await sleep(line.cloud.pace)
  })
}
