import type { Statement } from '../language/document.ts'
import { allBits, type Bits, bitsWhere, either, noBits, without } from './bits.ts'
import { type Dimensions, patternId } from './dimensions.ts'
import { MATCHES, MISSES, OUTCOMES } from './open-test.ts'
import { FIRST_KEY, RESOURCE, type Sets } from './sets.ts'

/** A statement's resources as alternatives: those that can be told, and for each open pattern those for which it matches. */
export function resourceAlternatives({ resources, patternOf, keys, open }: Dimensions, size: number) {
  const openIndex = new Map(open.map(({ id }, i) => [id, FIRST_KEY + keys.length + i]))
  return (statement: Statement, variables: boolean): readonly Sets[] => {
    const written = statement.Resource ?? statement.NotResource ?? []
    if (written.length === 0) return [{}]
    let told = noBits(size)
    let unresolved = false
    const untold: { dimension: number; wide: string | undefined }[] = []
    for (const name of written) {
      const pattern = patternOf(name, variables)
      if (pattern.kind === 'everything') told = allBits(size)
      else if (pattern.kind === 'code') told = either(told, resources.setOf(pattern.code))
      else if (pattern.kind === 'unresolved') unresolved = true
      else untold.push({ dimension: openIndex.get(`resource ${patternId(name, variables)}`)!, wide: pattern.wide })
    }
    if (statement.Resource) {
      const alternatives = untold.map(({ dimension, wide }) => ({
        ...(wide === undefined ? {} : { [RESOURCE]: resources.setOf(wide) }),
        [dimension]: outcomes('resource', outcome => outcome === MATCHES),
      }))
      return [{ [RESOURCE]: told }, ...alternatives]
    }
    // A variable without a value must not widen an Allow by excluding nothing.
    const isAllow = statement.Effect === 'Allow'
    if (isAllow && unresolved) return []
    const excluded = outcomes('resource', outcome => (isAllow ? outcome === MISSES : outcome !== MATCHES))
    return [
      {
        [RESOURCE]: without(allBits(size), told),
        ...Object.fromEntries(untold.map(({ dimension }) => [dimension, excluded])),
      },
    ]
  }
}

/** A pattern matches no resource that the widest reading of it does not take. */
export function impossibleSets({ resources, patternOf, keys, open }: Dimensions, size: number): Sets[] {
  return open.flatMap(({ kind, text }, i) => {
    const pattern = kind === 'resource' ? patternOf(text, true) : undefined
    if (pattern?.kind !== 'open' || pattern.wide === undefined) return []
    const beyond = without(allBits(size), resources.setOf(pattern.wide))
    return [{ [RESOURCE]: beyond, [FIRST_KEY + keys.length + i]: outcomes('resource', outcome => outcome === MATCHES) }]
  })
}

export function outcomes(kind: keyof typeof OUTCOMES, holds: (outcome: number) => boolean): Bits {
  return bitsWhere(OUTCOMES[kind], holds)
}
