import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import definition from '../../examples/churn/tripoint.config.ts'
import { cloudOf } from '../../packages/cli/src/cloud/accounts.ts'
import { sleep } from '../../packages/cli/src/cloud/cloud.ts'
import { type Workplace, workplace } from '../../packages/cli/src/demo/workplace.ts'
import { start } from '../../packages/cli/src/line/start.ts'
import { freshLine } from './absence/saved-lines.ts'
import { effects, leftovers } from './crash/effects.ts'
import { random } from './crash/random.ts'
import { survivor } from './crash/survivor.ts'
import { once, refusal } from './disturbed/call.ts'
import { type ConfinedTwin, confinedTwin, main } from './disturbed/confined-twin.ts'
import { patiently, retryStage } from './disturbed/retry.ts'
import { mountedReadOnly, possible, troubles } from './disturbed/trouble.ts'
import { largePush, smallWrites, writes } from './disturbed/writes.ts'

const deep = process.env.TRIPOINT_DEEP === '1'
/** Another seed is other moments: TRIPOINT_SEED=7. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const moments = 20

const unable = [...troubles, mountedReadOnly].filter(trouble => !possible(trouble))
for (const { name } of unable) console.info(`not tried, because this machine cannot have it: ${name}`)

let fresh: string
beforeAll(async () => {
  fresh = await freshLine()
})
afterAll(() => rmSync(fresh, { recursive: true, force: true }))

describe.each(troubles.filter(trouble => !unable.includes(trouble)))('$name', trouble => {
  let place: Workplace
  let it: ConfinedTwin
  const sharedOf = () => cloudOf(definition, { state: place.state, endpointUrl: it.endpoint }).account('shared')
  beforeAll(async () => {
    const root = mkdtempSync(join(tmpdir(), 'disturbed-'))
    cpSync(fresh, root, { recursive: true })
    place = await workplace(root)
    it = await confinedTwin(trouble, place.state, place.root)
  })
  afterAll(async () => {
    await it?.stop()
    rmSync(place.root, { recursive: true, force: true })
  })

  test('what it cannot take is refused by name and leaves nothing; who reads is answered; mended, the same call succeeds', async () => {
    const all = await writes(place, it.endpoint)
    const push = largePush(place, sharedOf())
    await push.commit()
    const small = smallWrites(sharedOf())
    await small.write(3)
    const refused = {
      name: 'ServiceUnavailable',
      status: 503,
      message: expect.stringContaining(`The state directory ${it.state} ${trouble.says}`),
    }
    it.spoil()
    for (const { what, write, seen } of all) {
      expect(await refusal(write()), what).toEqual(refused)
      expect(await seen(), what).toBe(false)
    }
    await expect(push.push()).rejects.toThrow(/503|No space left|Permission denied/)
    expect(await refusal(small.write(1))).toEqual(refused)
    for (let read = 0; read < 20; read++) await once(STSClient, sharedOf()).send(new GetCallerIdentityCommand({}))
    expect(it.printed()).toContain(`s3:PutObject failed: The state directory ${it.state} ${trouble.says}`)

    it.mend()
    for (const { what, write, seen, forget } of all) {
      expect(await refusal(write()), what).toBeUndefined()
      expect(await seen(), what).toBe(true)
      await forget?.()
    }
    await push.push()
    await small.write(3)
    expect(await small.astray()).toEqual({ lost: [], unasked: [] })
  })

  test('the line waits until it is mended, and goes on to its end', async () => {
    const known = it.printed().length
    const id = await start(sharedOf(), definition.name)
    it.spoil()
    while (!/ waits: The state directory/.test(it.printed().slice(known))) await sleep(20)
    it.mend()
    expect(await survivor(place, it.endpoint).finish(id)).toEqual({ status: 'Succeeded' })
  })

  test.runIf(deep)(
    `at ${moments} random moments of a run: it goes on, by itself or by a retry`,
    async () => {
      const { uniform } = random(seed)
      const user = survivor(place, it.endpoint)
      for (let troubled = 0; troubled < moments; ) {
        const id = await start(sharedOf(), definition.name)
        const over = Promise.withResolvers<void>()
        const ended = { yet: false }
        void over.promise.then(() => {
          ended.yet = true
        })
        const plague = async () => {
          while (!ended.yet) {
            await Promise.race([sleep(uniform(0, 1_500)), over.promise])
            if (ended.yet) return
            it.spoil()
            await sleep(uniform(50, 1_500))
            it.mend()
            troubled++
          }
        }
        const line = async () => {
          for (;;) {
            const { status, failed } = await patiently(() => user.finish(id))
            if (status === 'Succeeded') return over.resolve()
            expect(failed?.message, `seed ${seed}`).toMatch(
              /ENOSPC|no space left|is full|EACCES|permission denied|is read-only/i,
            )
            await patiently(() => retryStage(sharedOf(), id, failed?.stage ?? ''))
          }
        }
        await Promise.all([plague(), line()])
      }
    },
    600_000,
  )

  test('stopped in the midst of it, the twin leaves a state that is whole', async () => {
    it.spoil()
    expect(await it.stop()).toBe(0)
    expect(it.printed()).not.toMatch(/unexpected:|is parked|Error:|Warning:/)
    const left = Object.values(await leftovers(place))
    expect(left.filter(rows => (Array.isArray(rows) ? rows.length > 0 : rows !== 0))).toEqual([])
    expect(await effects(place)).toMatchObject({
      ...(deep ? {} : { workflows: ['SUCCEEDED'], jobs: ['Completed'], models: 1 }),
      endpoints: ['churn InService'],
    })
  })
})

describe.each([...troubles, mountedReadOnly].filter(trouble => !unable.includes(trouble)))(
  'a twin that finds $name',
  ({ shell: [command = '', ...args], made }) => {
    test('says in one line what, where and how to cure it', () => {
      const root = mkdtempSync(join(tmpdir(), 'disturbed-'))
      try {
        const program = [process.execPath, main, 'twin', '--port', '0', '--state', join(root, 'state')]
        const { status, stdout, stderr } = spawnSync(
          command,
          [...args, '-c', `${made(root)} && "$@"`, 'sh', ...program],
          {
            encoding: 'utf8',
            env: { PATH: process.env.PATH, HOME: root, TMPDIR: root },
          },
        )
        expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
        expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(root)])
        expect(stderr).toMatch(/free space|free some|mount it writable|chmod/)
      } finally {
        rmSync(root, { recursive: true, force: true })
      }
    })
  },
)
