import { type Access, KEY_ADMINISTRATION, keyStatements, type Names } from '@tripoint/pipeline'
import type { PlannedResource } from './planned-resource.ts'
import { policyDocument } from './policy.ts'

/** Used by named principals only, those of A included; root keeps administration, or the key could be lost. */
export const keyResource = (names: Names, access: readonly Access[]): PlannedResource => ({
  logicalId: 'Key',
  type: 'AWS::KMS::Key',
  properties: {
    Description: `encrypts the data, artifacts and models of ${names.pipeline}`,
    EnableKeyRotation: true,
    KeyPolicy: policyDocument(
      [
        {
          Sid: 'Administration',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${names.account}:root` },
          Action: [...KEY_ADMINISTRATION],
          Resource: '*',
        },
        ...keyStatements(access),
      ],
      names,
      '*',
    ),
  },
  precious: true,
})
