import {
  type CollectionTag,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type ScalarTag,
} from 'yaml'
import type { Path } from './spot.ts'

const FUNCTIONS = [
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Not', 'Or'],
  ...['Select', 'Split', 'Sub', 'Transform', 'Length', 'ToJsonString', 'ForEach'],
  ...['Contains', 'EachMemberEquals', 'EachMemberIn', 'RefAll', 'ValueOf', 'ValueOfAll'],
]

const long = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`)

/** `!GetAtt Key.Arn` is `{"Fn::GetAtt": ["Key", "Arn"]}`. */
function argument(name: string, value: unknown): unknown {
  if (name !== 'GetAtt' || typeof value !== 'string') return value
  const dot = value.indexOf('.')
  return dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)]
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const SHORT_FORMS = [...FUNCTIONS, 'Ref', 'Condition'].flatMap((name): (ScalarTag | CollectionTag)[] => {
  const wrap = (value: unknown) => ({ [long(name)]: argument(name, value) })
  const collection = { tag: `!${name}`, resolve: (node: { toJSON(): unknown }) => wrap(node.toJSON()) as never }
  return [
    { tag: `!${name}`, resolve: text => wrap(text) },
    { ...collection, collection: 'seq' },
    { ...collection, collection: 'map' },
  ]
})

/** An account's number may begin with a zero, which a number would lose. */
const LEADING_ZERO: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^0[0-9]+$/,
  resolve: text => text,
}

/** What YAML reads as something else than text where it is a key: CloudFormation refuses `Null:` and `123456789012:`. */
const KEY: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: 'key',
  test: /^(?:~|[Nn]ull|NULL|true|false|[-+]?(?:0|[1-9]\d*|0[0-7]+|\d+\.\d*))?$/,
  resolve: (text, fail) => {
    fail(`${UNQUOTED}${text}`)
    return text
  },
}
const UNQUOTED = 'unquoted key '

export interface YamlProblem {
  readonly code: 'unknown-intrinsic' | 'key-not-text'
  readonly message: string
  readonly line: number
  readonly column: number
}

const options = (lineCounter: LineCounter, customTags: (ScalarTag | CollectionTag)[]) =>
  ({
    customTags: (known: (ScalarTag | CollectionTag | string)[]) =>
      [KEY, LEADING_ZERO, ...known, ...customTags] as never,
    schema: 'core',
    merge: true,
    lineCounter,
    logLevel: 'silent',
  }) as const

/** Each alias unfolds to what it stands for: a text of a few lines may stand for more than memory holds. */
const MOST_ALIASES = 1000

export function parseYaml(text: string): { value?: unknown; problems: readonly YamlProblem[] } {
  const lines = new LineCounter()
  const problem = (message: string, offset: number): YamlProblem => {
    const { line, col } = lines.linePos(offset)
    const place = { line: Math.max(line, 1), column: Math.max(col, 1) }
    if (!message.startsWith(UNQUOTED)) return { code: 'unknown-intrinsic', message: firstLine(message), ...place }
    const key = firstLine(message.slice(UNQUOTED.length))
    return { code: 'key-not-text', message: `the key ${key} is no text unless it is quoted`, ...place }
  }
  try {
    const document = parseDocument(text, options(lines, SHORT_FORMS))
    const wrong = document.errors.find(({ message }) => !message.startsWith(UNQUOTED))
    if (wrong) return { problems: [problem(wrong.message, wrong.pos[0])] }
    const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => problem(message, pos[0]))
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }), problems }
  } catch (error) {
    // Nested beyond the stack, an alias to what holds it, or aliases of aliases.
    return { problems: [problem(String(error), 0)] }
  }
}

const firstLine = (text: string) =>
  /call stack/.test(text) ? 'it is nested too deeply' : text.split(/ at line \d+|\n/, 1)[0]!

/** The tags are left on their nodes, so each node still knows where it stands. */
export function yamlPlaces(text: string): (path: Path) => { line: number; column: number } {
  const lines = new LineCounter()
  const tags = [...FUNCTIONS, 'Ref', 'Condition'].flatMap((name): (ScalarTag | CollectionTag)[] => [
    { tag: `!${name}`, resolve: text => text },
    { tag: `!${name}`, collection: 'seq', resolve: node => node },
    { tag: `!${name}`, collection: 'map', resolve: node => node },
  ])
  const document = parseDocument(text, options(lines, tags))
  return path => {
    const { line, col } = lines.linePos(offsetOf(document, path))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const step of path) {
    const at = isAlias(node) ? (node.resolve(document) as unknown) : node
    const next = stepInto(at, step)
    if (next === undefined) return offset
    offset = next.offset ?? offset
    node = next.node
  }
  return offset
}

function stepInto(node: unknown, step: string | number): { node: unknown; offset?: number | undefined } | undefined {
  const tag = (node as (Node & { tag?: string }) | null)?.tag
  // `!Sub x` was written out as {"Fn::Sub": x}: the step into it stays where it is.
  if (typeof tag === 'string' && tag.startsWith('!') && step === long(tag.slice(1))) return { node }
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(step))
    return pair && { node: pair.value, offset: startOf(pair.key) }
  }
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined
    return item === undefined ? undefined : { node: item, offset: startOf(item) }
  }
  return undefined
}

const startOf = (node: unknown): number | undefined => (node as { range?: readonly number[] } | null)?.range?.[0]
