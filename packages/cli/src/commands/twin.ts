import { rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { endpointFile } from '../cloud/accounts.ts'
import { Failure } from '../report/failure.ts'
import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'

function portOf(text = ''): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new Failure(`--port ${text} is no port`, 'give a number from 0 to 65535; 0 takes a free one')
  return Number(text)
}

/** Where it cannot be removed, nobody answers at what it names. */
function forget(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {}
}

export const twin: Command = {
  options: [
    { flags: '--port <number>', about: 'port; 0 takes a free one', fallback: '4566' },
    {
      flags: '--host <address>',
      about: 'address to listen on; others than this machine reach all but loopback ones',
      fallback: '127.0.0.1',
    },
    {
      flags: '--tls',
      about: 'HTTPS, by an authority of its own that is kept in the state directory; plain HTTP is then not secure',
    },
    { flags: '--state <dir>', about: 'where everything is kept', fallback: '.tripoint' },
    {
      flags: '--compat',
      about: 'for other people’s suites: unknown access keys act as the root of their 12-digit account',
    },
  ],
  async run(_args, options, { report, signal }) {
    const port = portOf(optionText(options, 'port'))
    const [{ startTwin, stopped }, { exposure, trust }, { denialOf }] = await Promise.all([
      import('../line/start-twin.ts'),
      import('../line/exposure.ts'),
      import('../line/denial.ts'),
    ])
    const state = resolve(optionText(options, 'state') ?? '.tripoint')
    const host = optionText(options, 'host') ?? '127.0.0.1'
    const tls = options.tls === true
    const it = await startTwin({
      state,
      port,
      host,
      tls,
      compat: options.compat === true,
      report,
      refused: entry => report(denialOf(entry)),
    })
    try {
      writeFileSync(endpointFile(state), it.endpoint, { mode: 0o600 })
      report({ type: 'note', text: 'enforced: signatures, every policy on every call, from outside and from inside' })
      if (options.compat === true)
        report({ type: 'note', text: 'compat: unknown access keys act as the root of their account' })
      if (it.authority !== undefined) report({ type: 'note', text: trust(it.authority) })
      for (const text of exposure(host, tls)) report({ type: 'note', text })
      report({ type: 'ready', endpoint: it.endpoint, state })
      await stopped(signal)
      forget(endpointFile(state))
    } finally {
      await it.close()
    }
  },
}
