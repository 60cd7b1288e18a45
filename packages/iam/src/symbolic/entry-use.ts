import type { Policy, Principals, Statement } from '../language/document.ts'
import { Undecided } from './answer.ts'
import { allowedBeyond, type CompareOptions, type Comparison, comparisonOf, type PolicyRequest } from './compare.ts'
import { type Cube, meeting } from './cube.ts'
import { statementCubes } from './region.ts'

/** One action entry with one resource entry (and one principal) of an Allow statement, and what of it the reference allows too. */
export interface EntryUse {
  readonly policy: Policy
  readonly statement: number
  /** As it is written; a NotAction stands as a whole: `all but s3:GetObject`. */
  readonly action: string
  readonly resource: string | undefined
  readonly principal: string | undefined
  /**
   * `needed`: all of it; `wider`: some of it; `unneeded`: none of it (or its own policies deny it whole);
   * `repeated`: all of it, but other needed entries allow it already.
   */
  readonly use: 'needed' | 'wider' | 'unneeded' | 'repeated' | 'undecided'
  /** Of `wider` and `unneeded`: what the reference does not allow. */
  readonly witness?: PolicyRequest
  readonly why?: string
}

export function entryUses(
  mine: readonly Policy[],
  reference: readonly Policy[],
  options: CompareOptions = {},
): readonly EntryUse[] {
  const entries = mine.flatMap(entriesOf)
  let comparison: Comparison
  try {
    comparison = comparisonOf(mine, reference, options)
  } catch (error) {
    if (!(error instanceof Undecided)) throw error
    return entries.map(({ statementOnly: _, ...entry }) => ({ ...entry, use: 'undecided', why: error.message }))
  }
  const judged = entries.map(entry => judgeEntry(entry, comparison))
  return withoutRepeats(judged, comparison).map(({ use, entry: { statementOnly: _, ...entry } }) => ({
    ...entry,
    ...use,
  }))
}

type Use = Pick<EntryUse, 'use' | 'witness' | 'why'>

interface Judged {
  readonly entry: Entry
  readonly cubes: readonly Cube[]
  readonly use: Use
}

function judgeEntry(entry: Entry, comparison: Comparison): Judged {
  const { space, mine, reference } = comparison
  // The budget is each entry's own.
  space.grid.spent = 0
  try {
    const cubes = statementCubes(entry.statementOnly, entry.policy, space)
    const found = allowedBeyond(comparison, cubes)
    if (!found) {
      const allowed = meeting([cubes], mine.denies, space.grid)
      return {
        entry,
        cubes,
        use: allowed ? { use: 'needed' } : { use: 'unneeded', why: 'a Deny takes all of it away' },
      }
    }
    if (!found.confirmed) return { entry, cubes, use: { use: 'undecided', why: found.why } }
    const shared = meeting([cubes, reference.allows], [...mine.denies, ...reference.denies], space.grid)
    return { entry, cubes, use: { use: shared ? 'wider' : 'unneeded', witness: found.witness } }
  } catch (error) {
    if (!(error instanceof Undecided)) throw error
    return { entry, cubes: [], use: { use: 'undecided', why: error.message } }
  }
}

/** The last of several that say the same is the one that repeats. */
function withoutRepeats(judged: readonly Judged[], { space, mine }: Comparison): Judged[] {
  const kept = [...judged]
  for (let i = kept.length - 1; i >= 0; i--) {
    const own = kept[i]!
    if (own.use.use !== 'needed') continue
    const others = kept.filter(each => each !== own && each.use.use === 'needed').flatMap(each => each.cubes)
    space.grid.spent = 0
    try {
      if (!meeting([own.cubes], [...mine.denies, ...others], space.grid)) kept[i] = { ...own, use: { use: 'repeated' } }
    } catch (error) {
      if (!(error instanceof Undecided)) throw error
    }
  }
  return kept
}

interface Entry {
  readonly policy: Policy
  readonly statement: number
  readonly action: string
  readonly resource: string | undefined
  readonly principal: string | undefined
  /** The statement as if it had only this entry. */
  readonly statementOnly: Statement
}

function entriesOf(policy: Policy): Entry[] {
  return policy.document.Statement.flatMap((statement, index) => {
    if (statement.Effect !== 'Allow') return []
    return actionsOf(statement).flatMap(action =>
      resourcesOf(statement).flatMap(resource =>
        principalsOf(statement).map(principal => ({
          policy,
          statement: index,
          action: action.text,
          resource: resource.text,
          principal: principal.text,
          statementOnly: { ...statement, ...action.part, ...resource.part, ...principal.part },
        })),
      ),
    )
  })
}

interface Choice {
  readonly text: string
  readonly part: Partial<Statement>
}

type MaybeChoice = Omit<Choice, 'text'> & { readonly text: string | undefined }

function actionsOf({ Action, NotAction }: Statement): Choice[] {
  if (Action) return Action.map(text => ({ text, part: { Action: [text] } }))
  return [{ text: NotAction ? `all but ${NotAction.join(', ')}` : '*', part: {} }]
}

function resourcesOf({ Resource, NotResource }: Statement): MaybeChoice[] {
  if (Resource) return Resource.map(text => ({ text, part: { Resource: [text] } }))
  return [{ text: NotResource && `all but ${NotResource.join(', ')}`, part: {} }]
}

function principalsOf({ Principal, NotPrincipal }: Statement): MaybeChoice[] {
  if (Principal) {
    return Object.entries(Principal as Record<string, readonly string[]>).flatMap(([type, names]) =>
      names.map(text => ({ text, part: { Principal: { [type]: [text] } as Principals } })),
    )
  }
  return [{ text: NotPrincipal && `all but ${Object.values(NotPrincipal).flat().join(', ')}`, part: {} }]
}
