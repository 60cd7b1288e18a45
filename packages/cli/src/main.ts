#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `tripoint needs Node 24 or newer, and this is ${process.version}: install it, or run \`npx -p node@24 tripoint …\`\n`,
  )
  process.exitCode = 1
} else {
  const { main } = await import('./program.ts')
  process.exitCode = await main(process.argv)
}

export {}
