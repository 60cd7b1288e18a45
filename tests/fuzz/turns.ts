import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Loaded into the twin: says at its end how long it has kept everybody waiting for one. */
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
process.on('exit', () => console.error(`longest turn of the event loop: ${Math.round(delay.max / 1e6)} ms`))
