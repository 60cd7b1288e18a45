import type { Graph, GraphEdge, GraphNode, Region } from './graph.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface PlacedEdge {
  readonly edge: GraphEdge
  /** from, two control points, to: a cubic curve that leaves and arrives horizontally */
  readonly curve: readonly [Point, Point, Point, Point]
  readonly label: Point
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly regions: readonly { readonly region: Region; readonly box: Box }[]
  readonly nodes: readonly { readonly node: GraphNode; readonly box: Box }[]
  readonly edges: readonly PlacedEdge[]
}

export const NODE = { width: 216, height: 42 } as const
const GAP = 12
const COLUMN_GAP = 120
const REGION_GAP = 130
const PADDING = 18
const HEADER = 34
const MARGIN = 70

/** The account that the others work with is in the middle, they left and right of it: few lines cross a region that is not theirs. */
export function layoutOf(graph: Graph): Layout {
  const blocks = graph.regions
    .map(region => blockOf(region, graph))
    .filter(({ columns }) => columns.some(column => column.length > 0))
  const sides = sidesOf(blocks, graph)
  let placed = placeAll(sides)
  // Nodes move to where their neighbours are; after a few rounds nothing moves any more.
  for (let round = 0; round < 6; round++) {
    sortColumns(blocks, graph, placed.boxes)
    placed = placeAll(sides)
  }
  const { boxes, regions, width, height } = placed
  return {
    width,
    height,
    regions,
    nodes: graph.nodes.flatMap(node => {
      const box = boxes.get(node)
      return box === undefined ? [] : [{ node, box }]
    }),
    edges: placeEdges(graph, boxes),
  }
}

interface Block {
  readonly region: Region
  /** left to right */
  readonly columns: GraphNode[][]
}

const PRINCIPALS: readonly GraphNode['kind'][] = ['role', 'user', 'service', 'account']
const isPrincipal = ({ kind }: GraphNode) => PRINCIPALS.includes(kind)

function blockOf(region: Region, { nodes, edges }: Graph): Block {
  const first = new Map<GraphNode, number>()
  edges.forEach(({ from, to }, at) => {
    for (const node of [from, to]) if (!first.has(node)) first.set(node, at)
  })
  const own = nodes
    .filter(node => node.region === region.id)
    .toSorted((one, other) => (first.get(one) ?? edges.length) - (first.get(other) ?? edges.length))
  return { region, columns: [own.filter(isPrincipal), own.filter(node => !isPrincipal(node))] }
}

function sidesOf(blocks: readonly Block[], { edges }: Graph): readonly (readonly Block[])[] {
  const crossing = (id: string) =>
    edges.filter(({ from, to }) => from.region !== to.region && (from.region === id || to.region === id)).length
  const declared = blocks.filter(({ region }) => region.declared)
  const hub = declared.toSorted((one, other) => crossing(other.region.id) - crossing(one.region.id))[0] ?? blocks[0]
  if (hub === undefined) return []
  const others = blocks.filter(block => block !== hub)
  const inner = others.filter(({ region }) => region.declared)
  const outer = others.filter(({ region }) => !region.declared)
  const left: Block[] = []
  const right: Block[] = []
  const height = (side: readonly Block[]) => side.reduce((sum, block) => sum + sizeOf(block).height + REGION_GAP, 0)
  for (const block of [...inner, ...outer]) (height(left) <= height(right) ? left : right).push(block)
  // The principals of the left side stand where the lines begin.
  for (const { columns } of left) columns.reverse()
  return [left, [hub], right].filter(side => side.length > 0)
}

function sizeOf({ columns }: Block): { width: number; height: number } {
  const filled = columns.filter(column => column.length > 0)
  const rows = Math.max(1, ...filled.map(column => column.length))
  return {
    width: 2 * PADDING + filled.length * NODE.width + Math.max(0, filled.length - 1) * COLUMN_GAP,
    height: HEADER + PADDING + rows * (NODE.height + GAP),
  }
}

function placeAll(sides: readonly (readonly Block[])[]) {
  const boxes = new Map<GraphNode, Box>()
  const regions: { region: Region; box: Box }[] = []
  const heights = sides.map(side =>
    side.reduce((sum, block) => sum + sizeOf(block).height, GAP * 2 * (side.length - 1)),
  )
  const tallest = Math.max(0, ...heights)
  let x = MARGIN
  sides.forEach((side, at) => {
    const width = Math.max(...side.map(block => sizeOf(block).width))
    let y = MARGIN / 2 + (tallest - (heights[at] ?? 0)) / 2
    for (const block of side) {
      const size = sizeOf(block)
      const box = { x: x + (width - size.width) / 2, y, ...size }
      regions.push({ region: block.region, box })
      placeBlock(block, box, boxes)
      y += size.height + GAP * 2
    }
    x += width + REGION_GAP
  })
  return { boxes, regions, width: x - REGION_GAP + MARGIN, height: tallest + MARGIN }
}

function placeBlock({ columns }: Block, box: Box, boxes: Map<GraphNode, Box>) {
  columns
    .filter(column => column.length > 0)
    .forEach((column, at) => {
      const x = box.x + PADDING + at * (NODE.width + COLUMN_GAP)
      const room = box.height - HEADER - PADDING
      const top = box.y + HEADER + (room - column.length * (NODE.height + GAP)) / 2 + GAP / 2
      column.forEach((node, row) => {
        boxes.set(node, { x, y: top + row * (NODE.height + GAP), ...NODE })
      })
    })
}

function sortColumns(blocks: readonly Block[], { edges }: Graph, boxes: ReadonlyMap<GraphNode, Box>) {
  const middle = (node: GraphNode) => (boxes.get(node)?.y ?? 0) + NODE.height / 2
  for (const { columns } of blocks) {
    for (const column of columns) {
      const wanted = new Map(
        column.map(node => {
          const ys = edges.flatMap(({ from, to }) => (from === node ? [middle(to)] : to === node ? [middle(from)] : []))
          return [node, ys.length === 0 ? middle(node) : ys.reduce((sum, y) => sum + y, 0) / ys.length]
        }),
      )
      column.sort((one, other) => (wanted.get(one) ?? 0) - (wanted.get(other) ?? 0))
    }
  }
}

type End = { readonly edge: GraphEdge; readonly node: GraphNode; readonly other: GraphNode; readonly right: boolean }

function placeEdges({ edges }: Graph, boxes: ReadonlyMap<GraphNode, Box>): PlacedEdge[] {
  const box = (node: GraphNode) => boxes.get(node) ?? { x: 0, y: 0, ...NODE }
  const ends = edges.flatMap((edge): End[] => {
    const { from, to } = edge
    const [a, b] = [box(from).x, box(to).x]
    // In one column, the line makes a bow on the outside.
    return [
      { edge, node: from, other: to, right: b > a },
      { edge, node: to, other: from, right: a > b },
    ]
  })
  const ports = new Map<End, Point>()
  for (const own of Map.groupBy(ends, ({ node, right }) => `${node.id} ${right}`).values()) {
    const sorted = own.toSorted(
      (one, other) => box(one.other).y - box(other.other).y || box(one.other).x - box(other.other).x,
    )
    sorted.forEach((end, at) => {
      const { x, y } = box(end.node)
      ports.set(end, { x: end.right ? x + NODE.width : x, y: y + (NODE.height * (at + 1)) / (sorted.length + 1) })
    })
  }
  const taken: Box[] = [...boxes.values()]
  return edges.map((edge, at) => {
    const [start, end] = [ends[2 * at]!, ends[2 * at + 1]!]
    const [from, to] = [ports.get(start)!, ports.get(end)!]
    const reach = Math.max(48, Math.abs(to.x - from.x) / 2)
    const curve = [
      from,
      { x: from.x + (start.right ? reach : -reach), y: from.y },
      { x: to.x + (end.right ? reach : -reach), y: to.y },
      to,
    ] as const
    // Only a number of two and more is written.
    const label = edge.items.length < 2 ? pointOn(curve, 0.5) : freePoint(curve, taken)
    if (edge.items.length > 1) taken.push(around(label))
    return { edge, curve, label }
  })
}

const TRIES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.12, 0.88]

const around = ({ x, y }: Point): Box => ({ x: x - 9, y: y - 9, width: 18, height: 18 })

/** Where the number of an edge covers nothing else. */
function freePoint(curve: PlacedEdge['curve'], taken: readonly Box[]): Point {
  const points = TRIES.map(t => pointOn(curve, t))
  return points.find(point => taken.every(box => !overlap(box, around(point)))) ?? pointOn(curve, 0.5)
}

export const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

function pointOn([a, b, c, d]: PlacedEdge['curve'], t: number): Point {
  const s = 1 - t
  const mix = (key: 'x' | 'y') =>
    s * s * s * a[key] + 3 * s * s * t * b[key] + 3 * s * t * t * c[key] + t * t * t * d[key]
  return { x: mix('x'), y: mix('y') }
}
