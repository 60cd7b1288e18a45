import { readWorld } from '@tripoint/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LockedLine, openLockedLine } from '../../journeys/lock/locked-line.ts'
import { checked, templatesOf } from '../checked.ts'
import { type Mutation, mutationsOf } from '../mutations.ts'
import { type Claim, harmOf, latentOf } from '../outcome.ts'
import { type Proof, proofOf } from '../random-request.ts'
import { sampled } from '../sampled.ts'
import { attempts, isReal } from './harmless.ts'
import { HOLES, isOfRoles, planted, walked, withHoles } from './paths.ts'
import { mutated } from './put.ts'
import { type Answer, type Replay, replayOn } from './replay.ts'

// What `check` says of policies that are not as they should be, and what the deployed line then does.

const deep = process.env.TRIPOINT_DEEP === '1'
/** Another seed is another sample: TRIPOINT_SEED=7. */
const seed = Number(process.env.TRIPOINT_SEED ?? 1)
const SIZES = deep
  ? { harmful: Number.POSITIVE_INFINITY, harmless: 60, random: 300, witnesses: 3, attempts: 6 }
  : { harmful: 25, harmless: 8, random: 30, witnesses: 1, attempts: 3 }

let it: LockedLine
let replay: Replay
let proof: Proof
/** Every mutation with what `check` claims of it: in `npm test`, of enough to choose from. */
let known: readonly {
  readonly mutation: Mutation
  readonly harmful: readonly Claim[]
  readonly latent: readonly Claim[]
  readonly isFinal: boolean
}[]

beforeAll(async () => {
  it = await openLockedLine()
  replay = await replayOn(it)
  const { definition } = it.line
  const line = templatesOf(definition)
  proof = proofOf(readWorld(line.inputs(), { accounts: definition.accounts }), definition)
  const all = mutationsOf(line.templates)
  const tried = deep ? all : sampled(all, { size: 48, seed, stratum: kindOf })
  known = tried.map(mutation => {
    const report = checked(line, { [mutation.template]: mutation.changed })
    const harmful = harmOf(report)
    // A key's policy that its administrator cannot change again is not put there.
    const isFinal = report.findings.some(({ code }) => code === 'administration-lost')
    return { mutation, harmful, latent: latentOf(report).filter(isReal), isFinal }
  })
}, 300_000)
afterAll(() => it?.line.close())

const kindOf = ({ how, what }: Mutation) => `${how} ${what}`

interface Row {
  readonly mutation?: Mutation
  readonly claim: Claim
  /** with the policies as they are, and with the changed one */
  readonly answers: readonly Answer[]
  readonly agrees: boolean
}

/** Each claim's request before and after the change: a harmful one turns its answer over, a harmless one leaves it. */
async function replayed(mutation: Mutation, claims: readonly Claim[], turns: boolean): Promise<Row[]> {
  const before: Answer[] = []
  for (const claim of claims) before.push(await replay.ask(claim, claim.allowed !== turns))
  return mutated(it, mutation, async () => {
    const rows: Row[] = []
    for (const [index, claim] of claims.entries()) {
      const [then, now] = [before[index] as Answer, await replay.ask(claim, claim.allowed)]
      const agrees = now.allowed === claim.allowed && (then.allowed !== now.allowed) === turns
      rows.push({ mutation, claim, answers: [then, now], agrees })
    }
    return rows
  })
}

test('what check calls harmful is', { timeout: 600_000 }, async () => {
  const harmful = known.filter(each => each.harmful.length > 0)
  const tried = sampled(harmful, { size: SIZES.harmful, seed, stratum: ({ mutation }) => kindOf(mutation) })
  const rows: Row[] = []
  for (const { mutation, harmful } of tried)
    rows.push(...(await replayed(mutation, harmful.slice(0, SIZES.witnesses), true)))
  console.log(tally('harmful', tried.length, rows))
  expect(rows.filter(({ agrees }) => !agrees).map(shown)).toEqual([])
})

test('what it calls harmless is', { timeout: 600_000 }, async () => {
  const harmless = known.flatMap(({ mutation, harmful, latent, isFinal }) => {
    if (harmful.length > 0 || isFinal) return []
    const claims = sampled([...latent, ...attempts(it, mutation, proof)], {
      size: SIZES.attempts,
      seed,
      stratum: ({ because }) => because,
    })
    return claims.length > 0 ? [{ mutation, claims }] : []
  })
  const tried = sampled(harmless, { size: SIZES.harmless, seed, stratum: () => '' })
  const rows: Row[] = []
  for (const { mutation, claims } of tried) rows.push(...(await replayed(mutation, claims, false)))
  console.log(tally('harmless', tried.length, rows))
  expect(rows.filter(({ agrees }) => !agrees).map(shown)).toEqual([])
})

test('random requests are answered as the proof says', { timeout: 600_000 }, async () => {
  const draw = proof.draw(seed)
  const rows: Row[] = []
  for (let drawn = 0; rows.length < SIZES.random && drawn < 10 * SIZES.random; drawn++) {
    const witness = draw()
    const allowed = proof.expected(witness)
    const claim: Claim = { witness, allowed, because: 'proved' }
    if (!isReal(claim) || !replay.isSendable(claim)) continue
    const answer = await replay.ask(claim, allowed)
    if (answer.by === 'sent') rows.push({ claim, answers: [answer], agrees: answer.allowed === allowed })
  }
  console.log(tally('random', rows.length, rows))
  expect(rows.filter(({ agrees }) => !agrees).map(shown)).toEqual([])
})

test('the paths between accounts that a hole opens are walked', async () => {
  const line = templatesOf(it.line.definition)
  const holes = planted(line.templates, HOLES(it))
  const changed = Object.fromEntries(holes.map(({ template, changed }) => [template, changed]))
  const paths = checked(line, changed).paths.filter(isOfRoles)
  expect(checked(line).paths).toEqual([])
  expect(paths.length).toBeGreaterThan(0)
  const walk = async () => {
    const ends: string[] = []
    for (const path of paths) ends.push(await walked(it, path))
    return ends
  }
  expect((await walk()).filter(end => end === 'there')).toEqual([])
  expect(await withHoles(it, holes, walk)).toEqual(paths.map(() => 'there'))
  console.log(paths.map(({ steps }) => steps.map(({ from, to }) => `${from} → ${to}`).join(', ')).join('\n'))
})

const shown = ({ mutation, claim: { witness, because, allowed }, answers }: Row) =>
  `${mutation?.name ?? 'nothing changed'}: ${because}: ${JSON.stringify(witness)} should be ${allowed ? 'allowed' : 'denied'}: ` +
  JSON.stringify(answers)

/** `366 harmful: 269 sent, 97 decided by the deployed policies`, and why those were not sent. */
function tally(what: string, count: number, rows: readonly Row[]): string {
  const isSent = ({ answers }: Row) => answers.some(({ by }) => by === 'sent')
  const sent = rows.filter(isSent)
  const mutations = new Set(sent.map(({ mutation, claim }) => mutation ?? claim)).size
  const reasons = Map.groupBy(
    rows.filter(row => !isSent(row)),
    ({ answers }) => answers.at(-1)?.why ?? '',
  )
  return [
    `${count} ${what}: ${mutations} sent, ${count - mutations} decided by the deployed policies (${sent.length} of ${rows.length} requests sent)`,
    ...[...reasons].sort((a, b) => b[1].length - a[1].length).map(([why, own]) => `  ${own.length} not sent: ${why}`),
  ].join('\n')
}
