import { own } from '../../../../engine/index.ts'
import { parseCsv } from '../language/csv.ts'
import { Failure } from '../language/failure.ts'
import { isObject, type Json, type JsonObject } from '../language/json.ts'

const failed = (cause: string) => new Failure('States.ItemReaderFailed', cause)

/** CSV's own names; a comma where nothing is said. */
const delimiters: Record<string, string> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' }

type Format = (text: string, config: JsonObject) => Json[]

/** What an object holds: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
const formats: Record<string, Format> = {
  CSV(text, config) {
    const rows = parseCsv(text, own(delimiters, String(config.CSVDelimiter ?? 'COMMA')))
    const given = config.CSVHeaderLocation === 'GIVEN'
    const header = given ? (config.CSVHeaders as string[]) : (rows.shift() ?? [])
    return rows.map(row => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])))
  },
  JSON(text, config) {
    const pointer = typeof config.ItemsPointer === 'string' ? config.ItemsPointer : ''
    const items = at(parsed(text), pointer)
    if (Array.isArray(items)) return items
    throw failed(`Attempting to map over non-iterable node.`)
  },
  JSONL: text =>
    text
      .split('\n')
      .filter(line => line.trim() !== '')
      .map(parsed),
}

export function itemsIn(text: string, config: JsonObject): Json[] {
  const type = String(config.InputType)
  const format = own(formats, type)
  if (format === undefined) throw failed(`This twin does not read items of type ${type}.`)
  return format(text, config)
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw failed('The object does not hold valid JSON.')
  }
}

/** RFC 6901. */
function at(value: Json, pointer: string): Json | undefined {
  const keys = pointer.split('/').slice(1)
  return keys.reduce<Json | undefined>((node, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~')
    return Array.isArray(node) ? node[Number(name)] : isObject(node) ? node[name] : undefined
  }, value)
}
