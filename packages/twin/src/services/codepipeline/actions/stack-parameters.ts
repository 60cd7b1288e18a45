import type { Parameter, Tag } from '@aws-sdk/client-cloudformation'
import type { ActionIo } from './action-kind.ts'
import { fileIn } from './archive.ts'
import { ArtifactRefused, failed } from './failure.ts'

const invalid = (message: string) => new ArtifactRefused(failed('ConfigurationError', message))

/** `Artifact::file` in an input artifact. */
export async function artifactFile(
  io: ActionIo,
  reference: string,
  cache: Map<string, Uint8Array>,
): Promise<Uint8Array> {
  const [name = '', file] = reference.split(/::(.*)/s)
  const artifact = io.action.inputs.find(input => input.name === name)
  if (file === undefined || artifact === undefined) {
    throw invalid(
      `The reference ${reference} is not of the form InputArtifactName::FileName, or ${name} is not an input artifact of the action`,
    )
  }
  const zip = cache.get(name) ?? (await io.read(artifact))
  cache.set(name, zip)
  const bytes = fileIn(zip, file)
  if (bytes === undefined) throw invalid(`File [${file}] does not exist in artifact [${name}]`)
  return bytes
}

function parsed(text: string, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw invalid(`${what} is not a JSON object`)
}

interface StackInput {
  parameters: Parameter[]
  tags: Tag[]
  policy?: string
}

/**
 * Of the template configuration file and of ParameterOverrides, which win:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html
 */
export async function stackInput(io: ActionIo, cache: Map<string, Uint8Array>): Promise<StackInput> {
  const { TemplateConfiguration: file, ParameterOverrides: overrides } = io.configuration
  const text = file === undefined ? '{}' : Buffer.from(await artifactFile(io, file, cache)).toString('utf8')
  const configuration = parsed(text, 'TemplateConfiguration')
  const values: Record<string, unknown> = { ...(configuration.Parameters as Record<string, unknown> | undefined) }
  for (const [name, value] of Object.entries(parsed(overrides ?? '{}', 'ParameterOverrides'))) {
    values[name] = await override(io, value, cache)
  }
  const tags = Object.entries((configuration.Tags ?? {}) as Record<string, string>)
  const policy = configuration.StackPolicy
  return {
    parameters: Object.entries(values).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: Array.isArray(value) ? value.join(',') : String(value),
    })),
    tags: tags.map(([Key, Value]) => ({ Key, Value })),
    ...(policy === undefined ? {} : { policy: JSON.stringify(policy) }),
  }
}

async function override(io: ActionIo, value: unknown, cache: Map<string, Uint8Array>): Promise<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const [[name, args] = ['', undefined]] = Object.entries(value)
  const list = Array.isArray(args) ? args.map(String) : []
  const artifact = io.action.inputs.find(input => input.name === list[0])
  if (artifact === undefined)
    throw invalid(`ParameterOverrides: ${list[0] ?? ''} is not an input artifact of the action`)
  if (name === 'Fn::GetArtifactAtt') {
    const url = `https://s3.${io.pipeline.region}.amazonaws.com/${artifact.bucket}/${artifact.key}`
    const attributes: Record<string, string> = { BucketName: artifact.bucket, ObjectKey: artifact.key, URL: url }
    const found = attributes[list[1] ?? '']
    if (found === undefined) throw invalid(`Fn::GetArtifactAtt has no attribute ${list[1] ?? ''}`)
    return found
  }
  if (name === 'Fn::GetParam') {
    const text = Buffer.from(await artifactFile(io, `${artifact.name}::${list[1] ?? ''}`, cache)).toString('utf8')
    const found = parsed(text, list[1] ?? '')[list[2] ?? '']
    if (found === undefined) throw invalid(`Fn::GetParam: ${list[1]} has no key ${list[2] ?? ''}`)
    return found
  }
  throw invalid(`ParameterOverrides: ${name} is not a function that can be used here`)
}
