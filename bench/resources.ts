import { writeSync } from 'node:fs'

// Preloaded into the measured process: tells the one who started it, on the pipe with number 3, what it used.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  writeSync(
    3,
    JSON.stringify({ rssMegabytes: Math.round(maxRSS / 1024), cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }),
  )
})
