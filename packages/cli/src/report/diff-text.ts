import type { Change, Diff } from '@tripoint/proof'
import type { Paint } from './paint.ts'

/** A comparison for a terminal: by account, what is real first. */
export function diffText({ before, after, accounts, changes, made }: Diff, paint: Paint): string {
  const title = `access of ${after}, against ${before}`
  if (changes.length === 0 && made.length === 0) return `${paint('bold', title)}\n  no difference`
  const labels = new Map(accounts.map(({ id, label }) => [id, `${label} (${id})`]))
  const groups = Map.groupBy(changes, ({ account }) => account)
  return [
    paint('bold', title),
    ...(changes.length === 0 ? ['  no access is added or removed'] : []),
    ...[...groups.entries()].flatMap(([account, own]) => [
      paint('bold', labels.get(account) ?? (account === '' ? 'of no account' : account)),
      ...own.flatMap(change => changeLines(change, paint)),
    ]),
    ...made.map(({ does, words }) => paint('dim', `  ${MARKS[does]} ${words}`)),
  ].join('\n')
}

const MARKS: Readonly<Record<Change['does'], string>> = { added: '+', removed: '-' }

function changeLines(change: Change, paint: Paint): string[] {
  const { does, weight, level, words, note, actions, statements, undecided } = change
  const real = weight === 'effective' || weight === 'condition'
  const said = `${words}${note === '' ? '' : `, ${note}`}`
  const limit = change.kind === 'deny'
  // More access is what a reviewer has to look at.
  const colour = (does === 'added') === limit ? 'green' : 'red'
  return [
    `  ${paint(real ? colour : 'dim', MARKS[does])} ${real ? said : paint('dim', said)} ${paint('dim', `[${level}: ${actions.join(', ')}]`)}`,
    ...(undecided === undefined ? [] : [`      ${paint('yellow', `not decided: ${undecided}`)}`]),
    ...statements.flatMap(({ place, policy }) =>
      place === undefined ? [] : [paint('dim', `      ${place.file}:${place.line}  ${policy}`)],
    ),
  ]
}
