import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from './clock.ts'

const day = 86_400_000
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) }))
afterEach(() => void vi.useRealTimers())

test.each([0, 1, 60_000, 60_001, day, 40 * day])('a timer of %i ms fires then, and not before', ms => {
  const task = vi.fn()
  systemClock.after(ms, task)
  vi.advanceTimersByTime(Math.max(0, ms - 1))
  expect(task).toHaveBeenCalledTimes(ms === 0 ? 1 : 0)
  vi.advanceTimersByTime(1)
  expect(task).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(day)
  expect(task).toHaveBeenCalledTimes(1)
})

test('a clock that is set forward is heard within a minute; one that is set back delays nothing', () => {
  const [far, near] = [vi.fn(), vi.fn()]
  systemClock.after(day, far)
  systemClock.after(2 * 60_000, near)
  vi.setSystemTime(Date.now() - day)
  vi.advanceTimersByTime(2 * 60_000)
  expect(near).toHaveBeenCalledTimes(1)
  expect(far).not.toHaveBeenCalled()
  vi.setSystemTime(Date.now() + 2 * day)
  vi.advanceTimersByTime(60_000)
  expect(far).toHaveBeenCalledTimes(1)
})

test('a timer that is cancelled stays so, however long it had to wait', () => {
  const task = vi.fn()
  const cancel = systemClock.after(day, task)
  vi.advanceTimersByTime(day / 2)
  cancel()
  vi.advanceTimersByTime(day)
  expect(task).not.toHaveBeenCalled()
})
