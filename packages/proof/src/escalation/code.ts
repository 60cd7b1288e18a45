import type { Resource } from '../world/world.ts'
import type { Scene } from './scene.ts'

/** Somewhere that something is loaded from which then runs with the rights of a role. */
export interface Code {
  readonly role: string
  /** the resource that holds it: a bucket, a repository */
  readonly holder: Resource
  /** what is written: objects of the bucket, the repository */
  readonly from: string
  /** each suffices */
  readonly actions: readonly string[]
  readonly by: string
  readonly what: string
  readonly page: string
}

const PUSHES = [
  'codecommit:GitPush',
  'codecommit:CreateCommit',
  'codecommit:PutFile',
  'codecommit:MergeBranchesByFastForward',
  'codecommit:MergePullRequestByFastForward',
]
const CODECOMMIT = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html'
const ARTIFACTS = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html'
const S3_SOURCE = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html'
const FUNCTION_CODE = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html'

type Values = Readonly<Record<string, unknown>>

export function codeOf(scene: Scene): Code[] {
  const buckets = new Map(scene.ofType('AWS::S3::Bucket').map(bucket => [bucket.name, bucket]))
  const repositories = scene.ofType('AWS::CodeCommit::Repository')
  return [
    ...scene.ofType('AWS::Lambda::Function').flatMap(each => functionCode(each, buckets)),
    ...scene.ofType('AWS::CodeBuild::Project').flatMap(each => buildCode(each, buckets, repositories)),
    ...scene.ofType('AWS::Glue::Job').flatMap(each => jobCode(each, buckets)),
    ...scene.ofType('AWS::CodePipeline::Pipeline').flatMap(each => pipelineCode(scene, each, buckets, repositories)),
  ]
}

type Buckets = ReadonlyMap<string, Resource>

function functionCode({ properties }: Resource, buckets: Buckets): Code[] {
  const { S3Bucket, S3Key } = record(properties.Code)
  const holder = buckets.get(String(S3Bucket))
  if (!holder || typeof properties.Role !== 'string') return []
  const key = typeof S3Key === 'string' ? S3Key : '*'
  return [
    {
      role: properties.Role,
      holder,
      from: `${holder.arn}/${key}`,
      actions: ['s3:PutObject'],
      by: 'write-function-code',
      what: `the archive that a function's code is loaded from, ${holder.arn}/${key}`,
      page: FUNCTION_CODE,
    },
  ]
}

const BUILD_SOURCE = 'https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html'

/** The build specification lies in the source, unless the project brings it. */
function buildCode({ name, properties }: Resource, buckets: Buckets, repositories: readonly Resource[]): Code[] {
  const { Type, Location } = record(properties.Source)
  const role = properties.ServiceRole
  if (typeof role !== 'string' || typeof Location !== 'string') return []
  const rest = { role, by: 'write-build-source', what: `the source that ${name} builds`, page: BUILD_SOURCE }
  if (Type === 'S3') return objectOf(Location, buckets).map(each => ({ ...rest, ...each }))
  if (Type !== 'CODECOMMIT') return []
  return repositories
    .filter(each => Location.endsWith(`/v1/repos/${each.name}`))
    .map(holder => ({ ...rest, holder, from: holder.arn, actions: PUSHES }))
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-glue-job-jobcommand.html */
function jobCode({ name, properties }: Resource, buckets: Buckets): Code[] {
  const { ScriptLocation } = record(properties.Command)
  const role = properties.Role
  if (typeof role !== 'string' || typeof ScriptLocation !== 'string') return []
  const page = 'https://docs.aws.amazon.com/glue/latest/dg/add-job.html'
  return objectOf(ScriptLocation.replace(/^s3:\/\//, ''), buckets).map(each => ({
    ...{ role, by: 'write-script', what: `the script of the job ${name}`, page },
    ...each,
  }))
}

/** `bucket/key` */
function objectOf(location: string, buckets: Buckets): Pick<Code, 'holder' | 'from' | 'actions'>[] {
  const [bucket = '', ...key] = location.replace(/^arn:[^:]+:s3:::/, '').split('/')
  const holder = buckets.get(bucket)
  return holder ? [{ holder, from: `${holder.arn}/${key.join('/') || '*'}`, actions: ['s3:PutObject'] }] : []
}

interface Action {
  readonly category: string
  readonly provider: string
  readonly configuration: Values
}

/** Who writes the source, or an artifact on its way, says what the pipeline deploys and builds. */
function pipelineCode(scene: Scene, pipeline: Resource, buckets: Buckets, repositories: readonly Resource[]): Code[] {
  const actions = actionsOf(pipeline)
  const roles = [...new Set(actions.flatMap(action => workerOf(scene, action)))]
  const { ArtifactStore, ArtifactStores } = pipeline.properties
  const stores = [ArtifactStore, ...list(ArtifactStores).map(each => record(each).ArtifactStore)]
  const places = actions.flatMap(action => sourceOf(action, pipeline, buckets, repositories))
  // Keys of artifacts begin with the first 20 characters of the pipeline's name.
  for (const holder of stores.flatMap(store => buckets.get(String(record(store).Location)) ?? []))
    places.push({
      holder,
      from: `${holder.arn}/${pipeline.name.slice(0, 20)}/*`,
      actions: ['s3:PutObject'],
      by: 'write-artifact',
      what: `the artifacts of the pipeline ${pipeline.name}`,
      page: ARTIFACTS,
    })
  return places.flatMap(place => roles.map(role => ({ ...place, role })))
}

function sourceOf(
  { category, provider, configuration }: Action,
  pipeline: Resource,
  buckets: Buckets,
  repositories: readonly Resource[],
): Omit<Code, 'role'>[] {
  if (category !== 'Source') return []
  const what = `the source that the pipeline ${pipeline.name} builds and deploys`
  if (provider === 'S3') {
    const holder = buckets.get(String(configuration.S3Bucket))
    const from = `${holder?.arn}/${String(configuration.S3ObjectKey ?? '*')}`
    return holder ? [{ holder, from, actions: ['s3:PutObject'], by: 'write-source', what, page: S3_SOURCE }] : []
  }
  if (provider !== 'CodeCommit') return []
  return repositories
    .filter(({ name }) => name === configuration.RepositoryName)
    .map(holder => ({ holder, from: holder.arn, actions: PUSHES, by: 'push-source', what, page: CODECOMMIT }))
}

/** The roles that do what the artifact says: CloudFormation's for its template, CodeBuild's for its build specification. */
function workerOf(scene: Scene, { provider, configuration }: Action): string[] {
  if (provider === 'CloudFormation') return typeof configuration.RoleArn === 'string' ? [configuration.RoleArn] : []
  if (provider !== 'CodeBuild') return []
  return scene
    .ofType('AWS::CodeBuild::Project')
    .filter(({ name }) => name === configuration.ProjectName)
    .flatMap(({ properties: { ServiceRole } }) => (typeof ServiceRole === 'string' ? [ServiceRole] : []))
}

function actionsOf({ properties }: Resource): Action[] {
  return list(properties.Stages)
    .flatMap(stage => list(record(stage).Actions))
    .map(record)
    .map(({ ActionTypeId, Configuration }) => ({
      category: String(record(ActionTypeId).Category),
      provider: String(record(ActionTypeId).Provider),
      configuration: record(Configuration),
    }))
}

const record = (value: unknown): Values => (typeof value === 'object' && value !== null ? (value as Values) : {})

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
