import { expect } from 'vitest'
import { sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import type { Line } from '../line.ts'
import { type Absent, isDenied } from './absent.ts'
import { stepReaches } from './follow.ts'
import type { MovedClock } from './moved-clock.ts'

const MINUTE = 60_000

/** Nobody answers within the twenty minutes that CodePipeline gives: just before, it still waits; then it fails. */
export async function waitsInVain(
  line: Line,
  absent: Absent,
  { id, since, clock }: { id: string; since: number; clock: MovedClock },
): Promise<void> {
  const { step, absence } = absent.access
  const now = async () => (await stepReaches(line, id, step, () => true)).status
  const ended = line.finish(id)
  // Awaited below; until then what goes wrong here is told first.
  ended.catch(() => {})
  while (!isDenied(line, absent, since)) await sleep(line.cloud.pace)
  clock.forward(19 * MINUTE)
  await sleep(10 * line.cloud.pace)
  expect(await now()).toBe('InProgress')
  clock.forward(MINUTE)
  const { status, failed } = await ended
  expect({ status, at: `${failed?.stage}/${failed?.action}`, says: failed?.message }).toEqual({
    status: 'Failed',
    at: step,
    says: expect.stringContaining(absence.error ?? ''),
  })
}
