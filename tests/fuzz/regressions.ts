import type { Parts } from './request.ts'
import { zip } from './zip.ts'

/** What a request once got that it should not: a 500, no answer at all, or the end of the process. */
export interface Regression {
  name: string
  parts: Parts
  /** Nobody signs it. */
  unsigned?: true
  status: number
  /** In the answer's body. */
  says: RegExp
}

const nothing = Buffer.alloc(0)
const s3 = (
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body: Buffer | string = nothing,
): Parts => ({
  service: 's3',
  method,
  target,
  headers,
  body: Buffer.from(body),
})
const rpc = (service: string, target: string, input: unknown): Parts => ({
  service,
  method: 'POST',
  target: '/',
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
  body: Buffer.from(typeof input === 'string' ? input : JSON.stringify(input)),
})
const form = (service: string, fields: Record<string, string>): Parts => ({
  service,
  method: 'POST',
  target: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from(new URLSearchParams(fields).toString()),
})
const code = (bucket: string, ...names: string[]): Parts => ({
  service: 'lambda',
  method: 'PUT',
  target: `/2015-03-31/functions/${bucket}/code`,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(
    JSON.stringify({ ZipFile: zip(names.map(name => ({ name, data: Buffer.from('x') }))).toString('base64') }),
  ),
})
const cbor = (hex: string): Parts => ({
  service: 'monitoring',
  method: 'POST',
  target: '/service/GraniteServiceVersion20100801/operation/PutMetricData',
  headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  body: Buffer.from(hex, 'hex'),
})

const laughs =
  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nResources: *d\n'
const query = `{% ${'('.repeat(3000)}1${')'.repeat(3000)} %}`
const definition = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: query, End: true } },
})

/** `name`: of everything in the world that the requests meet. */
export const regressions = (name: string): readonly Regression[] => [
  {
    name: 'a path that every object has as a name',
    parts: s3('GET', '/constructor/x'),
    unsigned: true,
    status: 404,
    says: /NoSuchBucket/,
  },
  {
    name: 'the path __proto__',
    parts: s3('GET', '/__proto__/x'),
    unsigned: true,
    status: 404,
    says: /NoSuchBucket/,
  },
  {
    name: 'a checksum named constructor',
    parts: s3('PUT', `/${name}/k`, { 'x-amz-checksum-constructor': 'x' }, 'x'),
    status: 200,
    says: /^$/,
  },
  {
    name: 'a trailer named constructor',
    parts: s3('PUT', `/${name}/k`, { 'x-amz-trailer': 'x-amz-checksum-__proto__' }, 'x'),
    status: 200,
    says: /^$/,
  },
  {
    name: 'a content type with a line break',
    parts: s3('GET', `/${name}/code.zip?response-content-type=a%0d%0aX:%20y`),
    status: 400,
    says: /InvalidArgument/,
  },
  {
    name: 'XML deeper than the stack',
    parts: s3('PUT', `/${name}?versioning`, {}, '<a>'.repeat(20_000)),
    status: 400,
    says: /MalformedXML/,
  },
  { name: 'CBOR that is null', parts: cbor('f6'), status: 400, says: /SerializationException/ },
  {
    name: 'a number of CBOR that is a text',
    parts: cbor('9a7fffffff35c46e125338ac189a8bbc62bb4511bd84eecf7bd2ca4a0e0d24aac0fca9a8'),
    status: 400,
    says: /SerializationException(?!.*BigInt)/s,
  },
  { name: 'CBOR deeper than the stack', parts: cbor('81'.repeat(5000)), status: 400, says: /SerializationException/ },
  {
    name: 'a name longer than a key of the store',
    parts: rpc('codepipeline', 'CodePipeline_20150709.GetPipeline', { name: 'x'.repeat(20_000) }),
    status: 400,
    says: /PipelineNotFoundException|ValidationException/,
  },
  {
    name: 'a form with such a name',
    parts: form('iam', { Action: 'GetRole', Version: '2010-05-08', RoleName: 'y'.repeat(5000) }),
    status: 404,
    says: /NoSuchEntity/,
  },
  {
    name: 'a string that is no Unicode',
    parts: rpc('kms', 'TrentService.DescribeKey', '{"KeyId":"\\ud800"}'),
    status: 400,
    says: /SerializationException/,
  },
  {
    name: 'a key length by a name that every object has',
    parts: rpc('kms', 'TrentService.GenerateDataKey', { KeyId: `alias/${name}`, KeySpec: 'hasOwnProperty' }),
    status: 400,
    says: /ValidationException/,
  },
  {
    name: 'a path that is NUL',
    parts: rpc('codecommit', 'CodeCommit_20150413.GetFile', { repositoryName: name, filePath: '\0' }),
    status: 400,
    says: /Exception/,
  },
  {
    name: 'a committed path that git refuses',
    parts: rpc('codecommit', 'CodeCommit_20150413.CreateCommit', {
      repositoryName: name,
      branchName: 'other',
      putFiles: [{ filePath: 'a\0b', fileContent: 'eA==' }],
    }),
    status: 400,
    says: /InvalidPathException/,
  },
  {
    name: 'a bus policy that is none',
    parts: rpc('events', 'AWSEvents.PutPermission', { Policy: '{"Statement":1}' }),
    status: 400,
    says: /ValidationException/,
  },
  {
    name: 'a pattern that is null',
    parts: rpc('events', 'AWSEvents.PutRule', { Name: 'r', EventPattern: 'null' }),
    status: 400,
    says: /InvalidEventPatternException/,
  },
  { name: 'the bus after it', parts: rpc('events', 'AWSEvents.DescribeEventBus', {}), status: 200, says: /default/ },
  {
    name: 'YAML aliases of aliases',
    parts: form('cloudformation', { Action: 'ValidateTemplate', Version: '2010-05-15', TemplateBody: laughs }),
    status: 400,
    says: /ValidationError/,
  },
  {
    name: 'an integration that every object has',
    parts: rpc('states', 'AWSStepFunctions.ValidateStateMachineDefinition', {
      definition: JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: 'arn:aws:states:::constructor:constructor', End: true } },
      }),
    }),
    status: 200,
    says: /FAIL/,
  },
  {
    name: 'a query deeper than the stack',
    parts: rpc('states', 'AWSStepFunctions.ValidateStateMachineDefinition', { definition }),
    status: 200,
    says: /nested too deeply/,
  },
  {
    name: 'a zip entry with a NUL',
    parts: code(name, 'a\0b'),
    status: 400,
    says: /InvalidParameterValueException|cannot be a file/,
  },
  { name: 'a zip entry that is its folder', parts: code(name, '.'), status: 400, says: /cannot be a file/ },
  { name: 'a zip entry below a file', parts: code(name, 'a', 'a/b'), status: 400, says: /cannot be a file/ },
  {
    name: 'a zip entry that leaves its folder',
    parts: code(name, '../escaped'),
    status: 400,
    says: /outside its folder/,
  },
  { name: 'a zip entry with a long name', parts: code(name, 'x'.repeat(300)), status: 400, says: /cannot be a file/ },
]
