import type { Connection } from './connection.ts'
import { type Keys, type Parts, signed } from './request.ts'
import type { Sdk } from './sdk.ts'
import { zip } from './zip.ts'

/** What is there to be reached: names by the kind of member that takes them, and whoever signs. */
export interface World {
  names: Record<string, readonly string[]>
  administrator: Keys
  /** Administrator of another account. */
  stranger: Keys
  session: Keys
}

type Call = (keys: Keys, operation: string, input: object) => Promise<string>

/** Calls by the SDK's schemas; the answer's text, or an error that says what went wrong. */
export function caller(sdk: Sdk, connection: Connection): Call {
  const byName = new Map(sdk.operations.map(each => [`${each.service}:${each.name}`, each]))
  return async (keys, name, input) => {
    const operation = byName.get(name)
    if (operation === undefined) throw new Error(`the SDK knows no ${name}`)
    const parts: Parts = await operation.write(input)
    const outcome = await connection.send(signed(parts, keys), parts.method === 'HEAD')
    if ('failed' in outcome) throw new Error(`${name}: ${outcome.failed}`)
    const [answer] = outcome.answers
    const text = answer?.body.toString() ?? ''
    if (answer === undefined || answer.status >= 300) throw new Error(`${name}: ${answer?.status} ${text}`)
    return text
  }
}

export const account = '111111111111'
export const foreign = '222222222222'

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const services = ['lambda', 'states', 'sagemaker', 'codepipeline', 'cloudformation', 'events'].map(
  name => `${name}.amazonaws.com`,
)
const trust = policy({
  Effect: 'Allow',
  Principal: { Service: services, AWS: [account, foreign] },
  Action: 'sts:AssumeRole',
})
const code = zip([{ name: 'index.js', data: Buffer.from('exports.handler = async event => event') }])
const pass = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } })
const template = JSON.stringify({
  Parameters: { Days: { Type: 'Number', Default: 7 } },
  Resources: { Group: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: { Ref: 'Days' } } } },
})
const field = (text: string, name: string) =>
  new RegExp(`<${name}>([^<]*)<|"${name}":"([^"]*)"`).exec(text)?.slice(1).find(Boolean) ?? ''

/** A little of everything, in an account of its own: `suffix` tells one from the ones before, which the requests wear out. */
export async function makeWorld(call: Call, administrator: Keys, stranger: Keys, suffix: number): Promise<World> {
  const name = `fuzz-${suffix}`
  const as: typeof call = (_, operation, input) => call(administrator, operation, input)
  const admin = (operation: string, input: object) => as(administrator, operation, input)
  const role = `arn:aws:iam::${account}:role/${name}`
  await admin('iam:CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust })
  await admin('iam:PutRolePolicy', { RoleName: name, PolicyName: name, PolicyDocument: everything })
  const managed = field(await admin('iam:CreatePolicy', { PolicyName: name, PolicyDocument: everything }), 'Arn')
  await admin('iam:CreateUser', { UserName: name })
  const credentials = await admin('sts:AssumeRole', { RoleArn: role, RoleSessionName: 'fuzz' })
  const key = field(await admin('kms:CreateKey', {}), 'Arn')
  await admin('kms:CreateAlias', { AliasName: `alias/${name}`, TargetKeyId: key })
  const sealed = field(await admin('kms:Encrypt', { KeyId: key, Plaintext: Buffer.from('x') }), 'CiphertextBlob')
  await admin('s3:CreateBucket', { Bucket: name })
  await admin('s3:PutBucketVersioning', { Bucket: name, VersioningConfiguration: { Status: 'Enabled' } })
  await admin('s3:PutObject', { Bucket: name, Key: 'code.zip', Body: code })
  await admin('s3:PutObject', { Bucket: name, Key: 'template.json', Body: template })
  const upload = field(await admin('s3:CreateMultipartUpload', { Bucket: name, Key: 'parts' }), 'UploadId')
  await admin('lambda:CreateFunction', {
    FunctionName: name,
    Role: role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: code },
  })
  const machine = field(
    await admin('states:CreateStateMachine', { name, definition: pass, roleArn: role }),
    'stateMachineArn',
  )
  const execution = field(
    await admin('states:StartExecution', { stateMachineArn: machine, input: '{}' }),
    'executionArn',
  )
  const activity = field(await admin('states:CreateActivity', { name }), 'activityArn')
  await admin('codecommit:CreateRepository', { repositoryName: name })
  const putFiles = [{ filePath: 'template.json', fileContent: Buffer.from(template) }]
  const commit = field(
    await admin('codecommit:CreateCommit', { repositoryName: name, branchName: 'main', putFiles }),
    'commitId',
  )
  await admin('events:PutRule', { Name: name, EventPattern: '{"source":["fuzz"]}' })
  await admin('logs:CreateLogGroup', { logGroupName: name })
  await admin('logs:CreateLogStream', { logGroupName: name, logStreamName: name })
  await admin('cloudformation:CreateStack', { StackName: name, TemplateBody: template })
  await admin('codepipeline:CreatePipeline', { pipeline: declaration(name, role) })
  return {
    administrator,
    stranger,
    session: {
      accessKeyId: field(credentials, 'AccessKeyId'),
      secretAccessKey: field(credentials, 'SecretAccessKey'),
      sessionToken: field(credentials, 'SessionToken'),
    },
    names: namesOf({ name, role, managed, key, sealed, upload, machine, execution, activity, commit }),
  }
}

const declaration = (name: string, roleArn: string) => {
  const type = (category: string, provider: string) => ({ category, owner: 'AWS', provider, version: '1' })
  const source = { RepositoryName: name, BranchName: 'main', PollForSourceChanges: 'false' }
  return {
    name,
    roleArn,
    artifactStore: { type: 'S3', location: name },
    stages: [
      {
        name: 'Source',
        actions: [
          {
            name: 'Source',
            actionTypeId: type('Source', 'CodeCommit'),
            configuration: source,
            outputArtifacts: [{ name: 'source' }],
          },
        ],
      },
      { name: 'Approve', actions: [{ name: 'Approve', actionTypeId: type('Approval', 'Manual') }] },
    ],
  }
}

interface Made {
  name: string
  role: string
  managed: string
  key: string
  sealed: string
  upload: string
  machine: string
  execution: string
  activity: string
  commit: string
}

/** By the end of a member's name, in lower case: what it may be given. */
const namesOf = ({
  name,
  role,
  managed,
  key,
  sealed,
  upload,
  machine,
  execution,
  activity,
  commit,
}: Made): Record<string, readonly string[]> => ({
  bucket: [name],
  location: [name],
  prefix: ['', 'code', 'parts'],
  objectkey: ['code.zip', 'template.json', 'parts'],
  uploadid: [upload],
  keyid: [key, key.split('/').at(-1) ?? '', `alias/${name}`, key.replace(/:key\/.*/, `:alias/${name}`)],
  kmskeyid: [key, `alias/${name}`],
  ciphertextblob: [sealed],
  aliasname: [`alias/${name}`],
  rolename: [name],
  rolearn: [role],
  role: [role],
  username: [name],
  policyname: [name],
  policyarn: [managed],
  permissionsboundary: [managed],
  functionname: [name, `arn:aws:lambda:us-east-1:${account}:function:${name}`],
  statemachinearn: [machine, `${machine}:1`, `${machine}:alias`],
  executionarn: [execution],
  activityarn: [activity],
  resourcearn: [machine, key, managed, activity, `arn:aws:codepipeline:us-east-1:${account}:${name}`],
  resource: [`arn:aws:lambda:us-east-1:${account}:function:${name}`],
  repositoryname: [name],
  branchname: ['main'],
  commitid: [commit],
  commitspecifier: [commit, 'main'],
  filepath: ['template.json'],
  folderpath: ['/'],
  rule: [name],
  eventbusname: ['default'],
  loggroupname: [name],
  logstreamname: [name],
  stackname: [name, `arn:aws:cloudformation:us-east-1:${account}:stack/${name}/x`],
  changesetname: [name],
  logicalresourceid: ['Group'],
  pipelinename: [name],
  stagename: ['Source', 'Approve'],
  actionname: ['Source', 'Approve'],
  name: [name],
})
