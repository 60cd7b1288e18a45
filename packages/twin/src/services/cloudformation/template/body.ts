import { type CollectionTag, LineCounter, parseDocument, type ScalarTag } from 'yaml'
import { formatError, validationError } from './errors.ts'
import { isObject, type Json, type JsonObject } from './json.ts'

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const longestBody = 51_200
const longestUrl = 1_000_000
const deepest = 100

const tagged = [
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Not', 'Or'],
  ...['Select', 'Split', 'Sub', 'Transform', 'Length', 'ToJsonString', 'ForEach'],
  ...['Contains', 'EachMemberEquals', 'EachMemberIn', 'RefAll', 'ValueOf', 'ValueOfAll'],
]

const long = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`)

/** `!GetAtt Key.Arn` is `{"Fn::GetAtt": ["Key", "Arn"]}`. */
const argument = (name: string, value: unknown) => {
  if (name !== 'GetAtt' || typeof value !== 'string') return value
  const dot = value.indexOf('.')
  return dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)]
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const tags = [...tagged, 'Ref', 'Condition'].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const wrap = (value: unknown) => ({ [long(name)]: argument(name, value) })
  const collection = { tag: `!${name}`, resolve: (node: { toJSON(): unknown }) => wrap(node.toJSON()) as never }
  return [
    { tag: `!${name}`, resolve: text => wrap(text) },
    { ...collection, collection: 'seq' },
    { ...collection, collection: 'map' },
  ]
})

function parseYaml(text: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { customTags: tags, schema: 'core', merge: true, lineCounter: lines })
  const [problem] = document.errors
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0])
    throw formatError(`YAML not well-formed. (line ${line}, column ${col})`)
  }
  try {
    return document.toJS({ maxAliasCount: 1000 })
  } catch (error) {
    // An alias to what holds it, or aliases of aliases that unfold to more than memory holds.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error
    throw formatError('YAML aliases are nested too deeply.')
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const [, at] = /position (\d+)/.exec(String(error)) ?? []
    const before = text.slice(0, at === undefined ? text.length : Number(at)).split('\n')
    throw formatError(`JSON not well-formed. (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`)
  }
}

const depth = (value: Json, left: number): boolean =>
  left > 0 && (typeof value !== 'object' || value === null || Object.values(value).every(item => depth(item, left - 1)))

/** The text of a template as a plain object, or CloudFormation's complaint about it. */
export function parseBody(text: string): JsonObject {
  const value = (/^\s*\{/.test(text) ? parseJson(text) : parseYaml(text)) as Json
  if (!isObject(value)) throw formatError('unsupported structure.')
  if (!depth(value, deepest)) throw formatError(`the template is nested more than ${deepest} levels deep`)
  return value
}

export function checkBodySize(text: string) {
  if (Buffer.byteLength(text) <= longestBody) return
  throw validationError(
    `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${longestBody}`,
  )
}

export function checkUrlSize(bytes: number) {
  if (bytes > longestUrl) throw validationError(`Template may not exceed ${longestUrl} bytes in size.`)
}
