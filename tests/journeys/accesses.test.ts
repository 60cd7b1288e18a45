import { afterAll, test } from 'vitest'
import { everyOccasion } from './every-occasion.ts'
import { type Line, openLine } from './line.ts'

let line: Line | undefined
afterAll(async () => line?.close())

test('over first run, updates, failures, a rejection, a stop and the teardown, the accesses used are the access list', async () => {
  line = await openLine()
  await everyOccasion(line)
}, 170_000)
