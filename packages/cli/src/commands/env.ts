import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { operatorKey, operatorSeed, systemRandom } from '@tripoint/twin/operator'
import { endpointFile, trustedBy } from '../cloud/accounts.ts'
import { credentialSettings } from '../cloud/git.ts'
import { Failure } from '../report/failure.ts'
import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'

const quote = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`

const shells: Record<string, (name: string, value: string) => string> = {
  sh: (name, value) => `export ${name}=${quote(value)}`,
  fish: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`,
}

/** git asks us for user and password of this endpoint, and nobody else. https://git-scm.com/docs/git-config#ENVIRONMENT */
function gitSettings(endpoint: string, authority: string | undefined): Record<string, string> {
  const settings = [
    ...credentialSettings.map(([name, value]) => [`credential.${endpoint}.${name}`, value]),
    ...(authority === undefined ? [] : [[`http.${endpoint}.sslCAInfo`, authority]]),
  ]
  return {
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([name, value], at) => [
        [`GIT_CONFIG_KEY_${at}`, name],
        [`GIT_CONFIG_VALUE_${at}`, value],
      ]),
    ),
  }
}

export const env: Command = {
  options: [
    { flags: '--account <id>', about: 'the 12-digit account' },
    { flags: '--state <dir>', about: "the twin's state directory", fallback: '.tripoint' },
    { flags: '--region <code>', about: 'the region', fallback: 'us-east-1' },
    { flags: '--root', about: "the account's root user, who cannot assume roles" },
    { flags: '--shell <name>', about: Object.keys(shells).join(', '), fallback: 'sh' },
  ],
  notes:
    'For every SDK, the AWS CLI and git.\neval "$(tripoint env --account 111111111111)"    tripoint env --account 111111111111 --shell fish | source',
  async run(_args, options, { report }) {
    const account = optionText(options, 'account') ?? ''
    if (!/^\d{12}$/.test(account))
      throw new Failure(`--account ${account || '(missing)'} is no account id`, 'give 12 digits, such as 111111111111')
    const shell = optionText(options, 'shell') ?? 'sh'
    const write = shells[shell]
    if (write === undefined)
      throw new Failure(`--shell ${shell} is not known`, `give one of ${Object.keys(shells).join(', ')}`)
    const state = resolve(optionText(options, 'state') ?? '.tripoint')
    const key = operatorKey(operatorSeed(state, systemRandom), account, options.root === true)
    const endpoint = existsSync(endpointFile(state))
      ? readFileSync(endpointFile(state), 'utf8').trim()
      : 'http://127.0.0.1:4566'
    const authority = trustedBy(state, endpoint)
    const region = optionText(options, 'region') ?? 'us-east-1'
    const variables = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...(authority === undefined ? {} : { AWS_CA_BUNDLE: authority, NODE_EXTRA_CA_CERTS: authority }),
      ...gitSettings(endpoint, authority),
    }
    report({
      type: 'environment',
      variables,
      text: Object.entries(variables)
        .map(([name, value]) => write(name, value))
        .join('\n'),
    })
  },
}
