import { type Document, documentsOf, type Json, type Path, type Statement, withValue } from './documents.ts'

/** One thing in one policy, taken away or widened. */
export interface Mutation {
  /** `churn-base Key key[2] widen action kms:Decrypt → kms:*` */
  readonly name: string
  readonly template: string
  readonly document: Document
  readonly statement: number
  readonly how: 'drop' | 'widen'
  readonly what: 'statement' | 'action' | 'resource' | 'principal' | 'condition'
  /** the template with it */
  readonly changed: Json
}

interface Change {
  readonly how: Mutation['how']
  readonly what: Mutation['what']
  readonly words: string
  /** below the statement; undefined takes away what is there */
  readonly at: Path
  readonly to: unknown
}

/** For every statement, action, resource, principal and condition of the templates: without it, and wider than it is. */
export const mutationsOf = (templates: Readonly<Record<string, Json>>): Mutation[] =>
  Object.entries(templates).flatMap(([template, value]) =>
    documentsOf(value).flatMap(document =>
      document.statements.flatMap((statement, index) =>
        changesOf(statement, document).map(
          ({ how, what, words, at, to }): Mutation => ({
            name: `${template} ${document.of} ${document.side}[${index}] ${how} ${what} ${words}`.trimEnd(),
            template,
            document,
            statement: index,
            how,
            what,
            changed: withValue(value, [...document.path, 'Statement', index, ...at], to) as Json,
          }),
        ),
      ),
    ),
  )

const changesOf = (statement: Statement, document: Document): Change[] => [
  { how: 'drop', what: 'statement', words: '', at: [], to: undefined },
  ...entriesOf(statement, 'Action', 'action', widerAction),
  ...entriesOf(statement, 'Resource', 'resource', widerResource(document)),
  ...principalChanges(statement),
  ...conditionChanges(statement),
]

const widerAction = (action: unknown): unknown => `${String(action).split(':')[0]}:*`

/** A bucket's policy may only speak of the bucket; a role's may speak of everything. */
const widerResource =
  ({ side }: Document) =>
  (resource: unknown): unknown =>
    side === 'resource' ? `${String(resource).split('/')[0]}*` : '*'

function entriesOf(
  statement: Statement,
  element: 'Action' | 'Resource',
  what: 'action' | 'resource',
  wider: (entry: unknown) => unknown,
): Change[] {
  const value = statement[element]
  if (value === undefined) return []
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((entry, index): Change[] => {
    const at = Array.isArray(value) ? [element, index] : [element]
    const words = typeof entry === 'string' ? entry : JSON.stringify(entry)
    const widened = wider(entry)
    return [
      // The last one goes with its statement.
      ...(list.length > 1 ? [{ how: 'drop', what, words, at, to: undefined } as const] : []),
      ...(widened === entry
        ? []
        : [{ how: 'widen', what, words: `${words} → ${String(widened)}`, at, to: widened } as const]),
    ]
  })
}

function principalChanges({ Principal: principal }: Statement): Change[] {
  if (principal === undefined || principal === '*') return []
  return [{ how: 'widen', what: 'principal', words: `${JSON.stringify(principal)} → *`, at: ['Principal'], to: '*' }]
}

/** A condition that is dropped asks for less; one whose value is widened asks for nothing. */
function conditionChanges({ Condition = {} }: Statement): Change[] {
  const operators = Object.keys(Condition).length
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, value]): Change[] => {
      const words = `${operator} ${key}`
      const only = Object.keys(keys).length === 1
      const at = only && operators === 1 ? ['Condition'] : only ? ['Condition', operator] : ['Condition', operator, key]
      const widened = WIDER[operator]?.(value)
      return [
        { how: 'drop', what: 'condition', words, at, to: undefined },
        ...(widened === undefined
          ? []
          : [
              {
                how: 'widen',
                what: 'condition',
                words: `${words} → ${JSON.stringify(widened)}`,
                at: ['Condition'],
                to: replaced(Condition, operator, key, widened),
              } as const,
            ]),
      ]
    }),
  )
}

type Wider = (value: unknown) => { readonly operator: string; readonly value: unknown } | undefined

const like =
  (operator: string): Wider =>
  value =>
    value === '*' ? undefined : { operator, value: '*' }

/** The same key asked for less; operators that deny something ask for less by matching less. */
const WIDER: Readonly<Record<string, Wider>> = {
  StringEquals: like('StringLike'),
  StringLike: like('StringLike'),
  ArnEquals: like('ArnLike'),
  ArnLike: like('ArnLike'),
  StringNotEquals: like('StringNotLike'),
  ArnNotEquals: like('ArnNotLike'),
  NumericLessThan: () => ({ operator: 'NumericLessThan', value: '9' }),
  Bool: value => ({ operator: 'Bool', value: value === 'false' ? 'true' : 'false' }),
  Null: value => ({ operator: 'Null', value: value === 'false' ? 'true' : 'false' }),
}

function replaced(
  condition: NonNullable<Statement['Condition']>,
  operator: string,
  key: string,
  wider: { readonly operator: string; readonly value: unknown },
): unknown {
  const { [key]: _gone, ...keys } = condition[operator] ?? {}
  const { [operator]: _before, ...others } = condition
  const rest = Object.keys(keys).length > 0 ? { ...others, [operator]: keys } : others
  return { ...rest, [wider.operator]: { ...(rest[wider.operator] as object | undefined), [key]: wider.value } }
}
