import type { Finding } from './finding.ts'
import { jsonErrorOffset, jsonOffsets, pathKey } from './json-text.ts'
import type { Path, SourceFile } from './spot.ts'
import { parseYaml, type YamlProblem, yamlPlaces } from './yaml-text.ts'

/** CloudFormation's own limit of a template is 1 MB: …/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LONGEST = 2_000_000
const DEEPEST = 100

export interface Source {
  readonly file: SourceFile
  readonly findings: readonly Finding[]
}

type Place = { line: number; column: number }

/** A text as JSON or YAML. What is neither has the value undefined, and a finding. */
export function readSource(name: string, given: string): Source {
  const text = given.charCodeAt(0) === 0xfeff ? given.slice(1) : given
  if (text.length > LONGEST) {
    return unread(name, '', `is ${text.length.toLocaleString('en')} characters long`, START, {
      cure: `split it: a template has at most 1,000,000 bytes`,
    })
  }
  const read = /^\s*[{[]/.test(text) ? readJson(name, text) : readYaml(name, text)
  if (read.file.value === undefined || depthWithin(read.file.value, DEEPEST)) return read
  return unread(name, text, `is nested more than ${DEEPEST} levels deep`, START, { cure: 'nest it less deeply' })
}

const START: Place = { line: 1, column: 1 }

function readJson(name: string, text: string): Source {
  try {
    const value: unknown = JSON.parse(text)
    return { file: { name, text, value, placeOf: lazily(() => jsonPlaces(text)) }, findings: [] }
  } catch (error) {
    const place = lineAndColumn(lineStarts(text), jsonErrorOffset(text))
    const said =
      error instanceof Error ? error.message.split(/, (\.\.\.)?"| in JSON at position/, 1)[0]! : 'unknown error'
    return unread(name, text, `is not well-formed JSON: ${said.charAt(0).toLowerCase()}${said.slice(1)}`, place)
  }
}

function readYaml(name: string, text: string): Source {
  const { value, problems } = parseYaml(text)
  const [problem] = problems
  if (value === undefined || value === null) {
    const what = problem ? `is not well-formed YAML: ${problem.message}` : 'is empty'
    return unread(name, text, what, problem ?? START)
  }
  const file: SourceFile = { name, text, value, placeOf: lazily(() => yamlPlaces(text)) }
  return {
    file,
    findings: problems.map(({ code, message, line, column }) => ({
      code,
      severity: 'error',
      message: `${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      ...READ_ANYWAY[code],
      spot: { file: { ...file, placeOf: () => ({ line, column }) }, path: [] },
    })),
  }
}

const GUIDE = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide'

/** What CloudFormation refuses, and how it is read here. */
const READ_ANYWAY: Readonly<Record<YamlProblem['code'], Pick<Finding, 'consequence' | 'cure' | 'page'>>> = {
  'unknown-intrinsic': {
    consequence: 'its argument is taken as it is',
    cure: 'write one of the intrinsic functions of CloudFormation, such as !Ref, !Sub, !GetAtt, !Join',
    page: `${GUIDE}/intrinsic-function-reference.html`,
  },
  // Met by others: https://github.com/aws-cloudformation/cfn-lint/issues/3067 and …/292
  'key-not-text': {
    consequence:
      'CloudFormation refuses the template: “encountered malformed key” or “map keys must be strings”; here it is read as if it were quoted',
    cure: "quote it, as in 'Null':",
    page: `${GUIDE}/template-formats.html`,
  },
}

function unread(
  name: string,
  text: string,
  what: string,
  { line, column }: Place,
  more: { cure?: string } = {},
): Source {
  const file: SourceFile = { name, text, value: undefined, placeOf: () => ({ line, column }) }
  const finding: Finding = {
    code: 'unreadable-file',
    severity: 'error',
    message: `${name} ${what}`,
    consequence: 'nothing of this file is part of what is checked',
    cure: more.cure ?? 'mend the syntax at this line',
    spot: { file, path: [] },
  }
  return { file, findings: [finding] }
}

function lazily(make: () => (path: Path) => Place): (path: Path) => Place {
  let places: ((path: Path) => Place) | undefined
  return path => {
    places ??= make()
    return places(path)
  }
}

function jsonPlaces(text: string): (path: Path) => Place {
  const offsets = jsonOffsets(text)
  const starts = lineStarts(text)
  return path => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsets.get(pathKey(path.slice(0, length)))
      if (offset !== undefined) return lineAndColumn(starts, offset)
    }
    return START
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lineAndColumn(starts: readonly number[], offset: number): Place {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - starts[low]! + 1 }
}

const depthWithin = (value: unknown, left: number): boolean =>
  left > 0 &&
  (typeof value !== 'object' || value === null || Object.values(value).every(item => depthWithin(item, left - 1)))
