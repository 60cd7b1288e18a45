import type { Definition } from '@tripoint/pipeline'
import { cloudOf } from '../cloud/accounts.ts'
import type { Cloud } from '../cloud/cloud.ts'
import type { Command, Option } from './command.ts'
import { configOption, optionText } from './shared-options.ts'

/** What every command takes that touches a cloud: the same for AWS and for a twin. */
export const cloudOptions: readonly Option[] = [
  configOption,
  {
    flags: '--profile <role=name>',
    about: 'AWS profile of an account (shared=…, training=…, production=…), or one for all',
    many: true,
  },
  { flags: '--endpoint-url <url>', about: 'where the AWS APIs are, if not on AWS' },
  { flags: '--state <dir>', about: "a twin's state directory: its endpoint and its operators' keys" },
]

export function cloudFrom(definition: Definition, options: Parameters<Command['run']>[1]): Cloud {
  const endpointUrl = optionText(options, 'endpointUrl')
  const state = optionText(options, 'state')
  const profile = options.profile
  return cloudOf(definition, {
    ...(Array.isArray(profile) ? { profile } : {}),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(state === undefined ? {} : { state }),
  })
}
