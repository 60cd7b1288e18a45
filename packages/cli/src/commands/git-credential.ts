import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { gitCredential } from '../cloud/git.ts'
import type { Command } from './command.ts'

/** https://git-scm.com/docs/git-credential#IOFMT */
export const gitCredentialCommand: Command = {
  arguments: [{ name: '<operation>', about: 'get; others are ignored, as git asks of a helper' }],
  options: [],
  protocol: true,
  notes:
    "git config credential.helper '!tripoint git-credential' and credential.UseHttpPath true; AWS credentials come from the environment. For a twin, tripoint env sets all of it.",
  async run([operation], _options, { input, print }) {
    if (operation !== 'get') return
    const asked = Object.fromEntries(
      (await input())
        .split('\n')
        .flatMap(line =>
          line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [],
        ),
    )
    const url = new URL(`${asked.protocol}://${asked.host}/${asked.path ?? ''}`)
    const credentials = await fromNodeProviderChain()()
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1'
    const { username, password } = gitCredential(
      url,
      region,
      credentials as { accessKeyId: string; secretAccessKey: string },
      new Date(),
    )
    print(`username=${username}\npassword=${password}`)
  },
}
