import type { Needs } from '../needs/need.ts'
import { Tally } from '../proof/tally.ts'
import type { EscalationPath } from '../report/report.ts'
import type { World } from '../world/world.ts'
import { type Edge, edgeOf, type Move } from './edge.ts'
import { Graph } from './graph.ts'
import { administratorMoves, iamMoves } from './iam-moves.ts'
import { pathOf } from './path.ts'
import { assumeMoves, editMoves, passMoves } from './role-moves.ts'
import { type Scene, sceneOf } from './scene.ts'
import { codeMoves, takeMoves } from './thing-moves.ts'

/** The families of techniques. */
const FAMILIES: readonly ((scene: Scene) => Iterable<Move>)[] = [
  assumeMoves,
  passMoves,
  editMoves,
  iamMoves,
  administratorMoves,
  takeMoves,
  codeMoves,
]

/** More ways than anybody reads: the shortest are shown, and that there are more is said. */
const SHOWN = 500

/** Who can become whom, over all accounts, in ways that the line does not work by; shortest first. */
export function escalation(world: World, needs: Needs, tally: Tally = new Tally()): EscalationPath[] {
  const scene = sceneOf(world, needs, tally)
  const graph = graphOf(scene)
  const ways = reportable(graph, designOf(scene))
  ways.sort((a, b) => a.length - b.length)
  if (ways.length > SHOWN) {
    const why = `there are ${ways.length - SHOWN} more than the ${SHOWN} that are shown`
    tally.asked('escalation paths', { verdict: 'undecided', why, size: { atoms: 0, cubes: 0 }, approximations: [] })
  }
  return ways.slice(0, SHOWN).map(way => pathOf(world, way))
}

function graphOf(scene: Scene): Graph {
  const graph = new Graph()
  for (const family of FAMILIES)
    for (const move of family(scene)) {
      const edge = edgeOf(scene, move)
      if (edge) graph.add(edge)
    }
  return graph
}

/** Ways that the design forbids even where every step is on the list. */
type Forbidden = (from: Edge, to: Edge) => boolean

/** Nothing of an account that the pipeline deploys to leads to the pipeline's role, or to another such account. */
function designOf(scene: Scene): Forbidden {
  const pipelines = scene.ofType('AWS::CodePipeline::Pipeline')
  const accounts = new Set(pipelines.map(({ account }) => account))
  const roles = new Set(pipelines.map(({ properties }) => properties.RoleArn))
  return ({ from }, { to }) =>
    accounts.size > 0 &&
    !accounts.has(from.account) &&
    (roles.has(to.id) || (to.account !== from.account && !accounts.has(to.account)))
}

function reportable(graph: Graph, isForbidden: Forbidden): Edge[][] {
  const found = new Map<string, readonly Edge[]>()
  for (const start of graph.starts) {
    const byDesign = graph.waysFrom(start, edge => edge.needed)
    const sure = graph.waysFrom(start, edge => edge.undecided === undefined)
    const now = graph.waysFrom(start, edge => edge.undecided === undefined && !edge.later)
    for (const [to, any] of graph.waysFrom(start)) {
      // What can be done at once says more than what has to wait for a run, and that more than what is not known.
      const way = now.get(to) ?? sure.get(to) ?? any
      const first = way[0]!
      const last = way.at(-1)!
      if (first.by === 'administer' || last.by === 'administer') continue
      const isDesign = byDesign.has(to)
      if (isDesign ? isForbidden(first, last) : crosses(way) || last.to.kind === 'administrator')
        found.set(keyOf(start, to), isDesign ? byDesign.get(to)! : way)
    }
  }
  return [...found.values()].filter(way => !isTold(way, found)).map(way => [...way])
}

const keyOf = (from: string, to: string): string => `${from} → ${to}`

const crosses = (way: readonly Edge[]): boolean =>
  way.some(({ from, to }) => to.account !== from.account || from.kind === 'stranger')

/** A way that begins by design and goes on as one that is told by itself adds nothing. */
function isTold(way: readonly Edge[], found: ReadonlyMap<string, readonly Edge[]>): boolean {
  const hole = way.findIndex(({ needed }) => !needed)
  return hole > 0 && found.has(keyOf(way[hole]!.from.id, way.at(-1)!.to.id))
}
