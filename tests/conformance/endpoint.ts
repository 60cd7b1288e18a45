import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { twin } from '@tripoint/twin'

/** What an AWS SDK client needs to reach the implementation under test. */
export interface Target {
  /** The twin of this repository, whose known differences are written down. */
  own: boolean
  config: { region: string; endpoint?: string; credentials?: { accessKeyId: string; secretAccessKey: string } }
  close(): Promise<void>
}

/** `CONFORMANCE_ENDPOINT`: a URL, or `aws` for AWS with the credentials of the environment; without it a twin of its own. */
export async function openTarget(environment = process.env): Promise<Target> {
  const { CONFORMANCE_ENDPOINT: given, CONFORMANCE_KEY = 'test', CONFORMANCE_SECRET = 'test' } = environment
  const region = 'us-east-1'
  const credentials = { accessKeyId: CONFORMANCE_KEY, secretAccessKey: CONFORMANCE_SECRET }
  if (given === 'aws') return { own: false, config: { region }, close: async () => {} }
  if (given !== undefined)
    return { own: false, config: { region, endpoint: given, credentials }, close: async () => {} }
  const state = mkdtempSync(join(tmpdir(), 'conformance-'))
  const it = await twin({ state, compat: true })
  return {
    own: true,
    config: { region, endpoint: it.endpoint, credentials },
    async close() {
      await it.close()
      rmSync(state, { recursive: true, force: true })
    },
  }
}
