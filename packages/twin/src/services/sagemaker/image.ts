import type { AwsError, Cause } from '../../engine/index.ts'
import type { Env, Principal } from '../../gate/index.ts'

const ecrImage = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/

/** What ECR said, on its way to becoming an endpoint's failure. */
export class ImageRefused extends Error {
  readonly answer: AwsError
  constructor(answer: AwsError) {
    super(answer.message)
    this.answer = answer
  }
}

export interface Pull {
  readonly image: string
  readonly cause: Cause
}

/**
 * Pulling an image is authorised as the execution role, call by call:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms.
 * An image of another registry needs no permission here.
 */
export async function pullImage(env: Env, as: Principal, { image, cause }: Pull): Promise<void> {
  const [, registryId, region, repositoryName, tag = 'latest', digest] = ecrImage.exec(image) ?? []
  if (registryId === undefined || region === undefined || repositoryName === undefined) return
  const options = { cause, region }
  const repository = { registryId, repositoryName }
  await env.invoke(as, 'ecr', 'GetAuthorizationToken', {}, options)
  const imageIds = [digest === undefined ? { imageTag: tag } : { imageDigest: digest }]
  const { images } = await env.invoke(as, 'ecr', 'BatchGetImage', { ...repository, imageIds }, options)
  const manifest = JSON.parse(images?.[0]?.imageManifest ?? '{}') as { layers?: { digest: string }[] }
  const layerDigests = (manifest.layers ?? []).map(layer => layer.digest)
  if (layerDigests.length === 0) return
  await env.invoke(as, 'ecr', 'BatchCheckLayerAvailability', { ...repository, layerDigests }, options)
  for (const layerDigest of layerDigests)
    await env.invoke(as, 'ecr', 'GetDownloadUrlForLayer', { ...repository, layerDigest }, options)
}
