/**
 * Elastic Container Registry: the calls that pulling an image authorises.
 *
 * Gaps: repositories of the user's own (CreateRepository, pushes) are refused by name, so only AWS's images can be pulled.
 * By design: the bytes of an image do not lie here. Its digest is derived from its name; what runs for it is the runtime's choice.
 * Client quirks: none known.
 */

import { createHash } from 'node:crypto'
import type * as ecr from '@aws-sdk/client-ecr'
import { AwsError } from '../../engine/index.ts'
import { type Call, type Demand, operation, type Service } from '../../gate/index.ts'

/** https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html */
const registries: Record<string, string> = {
  '683313688378': 'us-east-1',
  '257758044811': 'us-east-2',
  '746614075791': 'us-west-1',
  '246618743249': 'us-west-2',
  '141502667606': 'eu-west-1',
  '764974769150': 'eu-west-2',
  '659782779980': 'eu-west-3',
  '492215442770': 'eu-central-1',
  '662702820516': 'eu-north-1',
  '354813040037': 'ap-northeast-1',
  '121021644041': 'ap-southeast-1',
  '783357654285': 'ap-southeast-2',
  '720646828776': 'ap-south-1',
  '341280168497': 'ca-central-1',
  '737474898029': 'sa-east-1',
}

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

/** AWS's registries let every account pull. */
const open = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'Pull', Effect: 'Allow', Principal: '*', Action: pull, Resource: '*' }],
})

interface Named {
  registryId?: string | undefined
  repositoryName: string | undefined
}

const demand = (action: string, input: Named, call: Call): Demand[] => {
  const registry = input.registryId ?? call.account
  const name = `arn:aws:ecr:${call.region}:${registry}:repository/${input.repositoryName}`
  const policy =
    registries[registry] === call.region
      ? { resourcePolicy: { rule: 'plain' as const, name: `repository policy of ${name}`, document: open } }
      : {}
  return [{ action, resource: name, account: registry, ...policy }]
}

function known(input: Named, call: Call) {
  const registry = input.registryId ?? call.account
  if (registries[registry] === call.region) return
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${input.repositoryName}' does not exist in the registry with id '${registry}'`,
  )
}

const digestOf = (...parts: (string | undefined)[]) =>
  `sha256:${createHash('sha256').update(parts.join('/')).digest('hex')}`

export const ecrService: Service = {
  name: 'ecr',
  sdk: [() => import('@aws-sdk/client-ecr').then(sdk => ({ module: sdk, client: sdk.ECRClient }))],
  denied: 'AccessDeniedException',
  operations: {
    /** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html: no resource-level support */
    GetAuthorizationToken: operation<typeof ecr, 'GetAuthorizationToken'>({
      authorize: () => [{ action: 'ecr:GetAuthorizationToken', resource: '*' }],
      run: (_input, { call, env }) => ({
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${env.ids.hex(32)}`).toString('base64'),
            expiresAt: new Date(call.now + 12 * 3_600_000),
            proxyEndpoint: `https://${call.account}.dkr.ecr.${call.region}.amazonaws.com`,
          },
        ],
      }),
    }),
    BatchCheckLayerAvailability: operation<typeof ecr, 'BatchCheckLayerAvailability'>({
      authorize: (input, { call }) => demand('ecr:BatchCheckLayerAvailability', input, call),
      run(input, { call }) {
        known(input, call)
        return {
          layers: (input.layerDigests ?? []).map(layerDigest => ({
            layerDigest,
            layerAvailability: 'AVAILABLE' as const,
          })),
          failures: [],
        }
      },
    }),
    BatchGetImage: operation<typeof ecr, 'BatchGetImage'>({
      authorize: (input, { call }) => demand('ecr:BatchGetImage', input, call),
      run(input, { call }) {
        known(input, call)
        return {
          images: (input.imageIds ?? []).map(imageId => {
            const tag = imageId.imageTag ?? imageId.imageDigest
            const layer = {
              mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
              digest: digestOf(input.repositoryName, tag, 'layer'),
            }
            return {
              registryId: input.registryId ?? call.account,
              repositoryName: input.repositoryName,
              imageId: {
                imageDigest: digestOf(input.repositoryName, tag),
                ...(imageId.imageTag === undefined ? {} : { imageTag: imageId.imageTag }),
              },
              imageManifest: JSON.stringify({ schemaVersion: 2, layers: [layer] }),
            }
          }),
          failures: [],
        }
      },
    }),
    GetDownloadUrlForLayer: operation<typeof ecr, 'GetDownloadUrlForLayer'>({
      authorize: (input, { call }) => demand('ecr:GetDownloadUrlForLayer', input, call),
      run(input, { call, env }) {
        known(input, call)
        return { downloadUrl: `${env.endpoint()}/ecr-layer/${input.layerDigest}`, layerDigest: input.layerDigest }
      },
    }),
  },
}
