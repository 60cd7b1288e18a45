import type { Server } from './server.ts'

/** One call on one of the connections. */
export type Call = (connection: number) => Promise<void>

export interface Rate {
  perSecond: number
  /** Microseconds of the server's CPU for each call, threads included. */
  cpu: number | undefined
}

export const connections = 16

/** The compiler has seen enough after so long: GetCallerIdentity takes 120 µs at first, and half of it then. */
const seconds = { warmUp: 1, longestWarmUp: 2.5, round: 0.5 }
const enough = 15_000
const rounds = 5

/** Rounds of each in turn, so that what else the machine does meets all of them; each one's median. */
export async function compare(each: readonly { server: Server; call: Call }[]): Promise<Rate[]> {
  for (const { call } of each) await warmUp(call)
  const found: Rate[][] = each.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, { server, call }] of each.entries()) found[index]!.push(await rate(server, call))
  }
  return found.map(rates => ({
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    cpu: least(rates.map(({ cpu }) => cpu)),
  }))
}

async function warmUp(call: Call): Promise<void> {
  const end = performance.now() + seconds.longestWarmUp * 1000
  let made = await during(seconds.warmUp, call)
  while (made < enough && performance.now() < end) made += await during(0.1, call)
}

async function rate(server: Server, call: Call): Promise<Rate> {
  const before = server.cpu()
  const began = performance.now()
  const made = await during(seconds.round, call)
  const taken = (performance.now() - began) / 1000
  const after = server.cpu()
  return {
    perSecond: made / taken,
    cpu: before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / made,
  }
}

async function during(time: number, call: Call): Promise<number> {
  const end = performance.now() + time * 1000
  let made = 0
  const connection = async (number: number) => {
    while (performance.now() < end) {
      await call(number)
      made++
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, number) => connection(number)))
  return made
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** What else runs on the machine only ever adds to it. */
const least = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter(value => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
