import { text, truthy } from '../infer/field.ts'
import { below } from '../source/spot.ts'
import type { Rule } from './rule.ts'
import { isMade } from './written.ts'

export const keyNotRotated: Rule = {
  code: 'key-not-rotated',
  severity: 'note',
  about: 'a key is never rotated',
  covers: [],
  page: 'https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html',
  find: ({ world }) =>
    world.resources
      .filter(
        resource =>
          resource.type === 'AWS::KMS::Key' &&
          isMade(resource) &&
          (text(resource.properties.KeySpec) ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT' &&
          !truthy(resource.properties.EnableKeyRotation),
      )
      .map(({ logicalId, spot }) => ({
        message: `${logicalId} has no EnableKeyRotation`,
        consequence: 'everything is encrypted under the same key material for as long as the key lives',
        cure: 'set EnableKeyRotation: true; what is encrypted stays readable',
        spot: below(spot, 'Properties'),
      })),
}
