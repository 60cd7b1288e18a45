import type { Edge } from './edge.ts'

/** Who can become whom: of several edges between two nodes the one that says most. */
export class Graph {
  private readonly out = new Map<string, Map<string, Edge>>()

  add(edge: Edge): void {
    if (edge.from.id === edge.to.id) return
    const targets = this.out.get(edge.from.id) ?? new Map<string, Edge>()
    this.out.set(edge.from.id, targets)
    const known = targets.get(edge.to.id)
    if (!known || rank(edge) < rank(known)) targets.set(edge.to.id, edge)
  }

  get starts(): string[] {
    return [...this.out.keys()]
  }

  /** The shortest way to each node that can be reached from there over edges that pass. */
  waysFrom(start: string, passes: (edge: Edge) => boolean = () => true): Map<string, readonly Edge[]> {
    const ways = new Map<string, readonly Edge[]>([[start, []]])
    const queue = [start]
    for (const at of queue)
      for (const [to, edge] of this.out.get(at) ?? []) {
        if (ways.has(to) || !passes(edge)) continue
        ways.set(to, [...ways.get(at)!, edge])
        queue.push(to)
      }
    ways.delete(start)
    return ways
  }
}

/** What the line works by is no news, and what is sure says more than what is not. */
const rank = (edge: Edge): number => (edge.needed ? 0 : edge.undecided === undefined ? 1 : 2)
