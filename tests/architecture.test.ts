import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cycles, type Import, imports, missing, sourceFiles, twoWayFolders } from './import-graph.ts'

const root = join(import.meta.dirname, '..')
const everything = sourceFiles(root, ['packages/*/{src,build}/**/*.{ts,cjs,tsx}', '{tests,bench}/**/*.ts'])
const sources = sourceFiles(root, ['packages/*/src/**/*.{ts,tsx}'])
const isTest = (file: string) => /\.(test|fixture)\.tsx?$|\/test-[^/]*$/.test(file)
const graph = imports(root, sources)
const own = graph.filter(({ from }) => !isTest(from))

const workspace = (file: string) => /^packages\/([^/]+)\//.exec(file)?.[1]
const show = ({ from, to }: Import) => `${from} → ${to}`

/** What a workspace may import of ours. An import only points up this table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  iam: [],
  pipeline: ['iam'],
  stacks: ['iam', 'pipeline'],
  proof: ['iam', 'pipeline'],
  twin: ['iam'],
  console: [],
  cli: ['iam', 'pipeline', 'stacks', 'proof', 'twin', 'console'],
}

/** The folders of the twin, lowest first; the files beside them assemble the twin and may import all. */
const TWIN_LAYERS: Readonly<Record<string, readonly string[]>> = {
  generated: [],
  engine: [],
  wire: ['engine'],
  gate: ['engine'],
  runtime: ['engine'],
  services: ['engine', 'gate', 'runtime', 'generated'],
}

/** The folders of the proof, lowest first: each may import those before it, and itself; the files beside them put one together. */
const PROOF_LAYERS = [
  'generated',
  'managed',
  'source',
  'template',
  'world',
  'catalogue',
  'needs',
  'infer',
  'lint',
  'rules',
  'report',
  'proof',
  'reach',
  'escalation',
  'why',
  'diff',
  'explain',
]

const proofLayer = (file: string) => /^packages\/proof\/src\/([^/]+)\//.exec(file)?.[1]
const twinLayer = (file: string) => /^packages\/twin\/src\/([^/]+)\//.exec(file)?.[1]
const service = (file: string) => /^packages\/twin\/src\/services\/([^/]+)\//.exec(file)?.[1]

describe('who may import whom', () => {
  test('a workspace imports only what stands above it in the table', () => {
    const wrong = graph.filter(({ from, to }) => {
      const [mine, theirs] = [workspace(from), workspace(to)]
      return mine !== undefined && theirs !== undefined && mine !== theirs && !MAY_IMPORT[mine]?.includes(theirs)
    })
    expect(
      wrong.map(
        edge =>
          `${show(edge)}: ${workspace(edge.from)} may import ${MAY_IMPORT[workspace(edge.from) ?? '']?.join(', ') || 'no other workspace'}; move the code to the lower one, or pass it in`,
      ),
    ).toEqual([])
  })

  test('a workspace is imported by its name, which shows only what its index lists', () => {
    const texts = sources.filter(file =>
      /from '(\.\.\/)+(iam|pipeline|stacks|proof|twin|console|cli)\/src\//.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(
      texts.map(file => `${file}: imports another workspace by path; write @tripoint/NAME and export the name there`),
    ).toEqual([])
  })

  test('iam is pure: no I/O, no dependency', () => {
    const wrong = own.filter(({ from, to }) => workspace(from) === 'iam' && workspace(to) === undefined)
    expect(wrong.map(edge => `${show(edge)}: iam imports nothing; take the value as an argument`)).toEqual([])
  })

  test('a layer of the twin imports only the layers below', () => {
    const wrong = own.filter(({ from, to }) => {
      const mine = twinLayer(from)
      if (mine === undefined || workspace(to) !== 'twin') return false
      const theirs = twinLayer(to)
      return mine !== theirs && !(theirs !== undefined && TWIN_LAYERS[mine]?.includes(theirs))
    })
    expect(
      wrong.map(
        edge =>
          `${show(edge)}: ${twinLayer(edge.from)}/ may import ${TWIN_LAYERS[twinLayer(edge.from) ?? '']?.join(', ') || 'no other folder'}; move the shared part down, or inject it in twin.ts`,
      ),
    ).toEqual([])
  })

  test('a folder of the proof imports only the folders below', () => {
    const wrong = own.filter(({ from, to }) => {
      const [mine, theirs] = [proofLayer(from), workspace(to) === 'proof' ? proofLayer(to) : 'generated']
      return mine !== undefined && PROOF_LAYERS.indexOf(theirs ?? 'explain') > PROOF_LAYERS.indexOf(mine)
    })
    expect(wrong.map(edge => `${show(edge)}: stands higher; move the shared part down`)).toEqual([])
  })

  test('a service never imports another service', () => {
    const wrong = own.filter(
      ({ from, to }) => service(from) !== undefined && service(to) !== undefined && service(from) !== service(to),
    )
    expect(wrong.map(edge => `${show(edge)}: call it through env.invoke, as the principal that needs it`)).toEqual([])
  })

  test('every relative import names a file that exists', () => {
    expect(missing(root, graph).map(edge => `${show(edge)}: no such file`)).toEqual([])
  })
})

describe('no knots, types included', () => {
  const files = own.filter(({ to }) => workspace(to) !== undefined)

  test('no import cycle', () => {
    expect(
      cycles(files).map(
        cycle => `${[...cycle, cycle[0]].join(' → ')}: move what both need into a file of its own, below them`,
      ),
    ).toEqual([])
  })

  test('no two folders that import each other', () => {
    const pairs = twoWayFolders(files.filter(({ from, to }) => workspace(from) === workspace(to)))
    expect(
      pairs.map(
        ({ folders, there, back }) =>
          `${folders.join(' ⇄ ')}: ${show(there)}, but ${show(back)}; move the file of one of these imports`,
      ),
    ).toEqual([])
  })
})

describe('files', () => {
  test('at most 400 lines', () => {
    const long = everything
      .map(file => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > 400)
    expect(long.map(({ file, lines }) => `${file}: ${lines} lines; split it by noun`)).toEqual([])
  })

  test('named exports only', () => {
    const wrong = everything.filter(file =>
      /^export (default\b|\{[^}]*\bas default\b)/m.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(wrong.map(file => `${file}: has a default export; give it its name`)).toEqual([])
  })

  test('an index lists its names one by one', () => {
    const wrong = everything.filter(file => /^export \* from/m.test(readFileSync(join(root, file), 'utf8')))
    expect(wrong.map(file => `${file}: exports everything of a file; list the names`)).toEqual([])
  })

  test('kebab-case nouns', () => {
    const wrong = everything.filter(
      file => !file.split('/').every(part => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(part)),
    )
    expect(wrong.map(file => `${file}: rename it in kebab-case`)).toEqual([])
  })

  test('no drawer for everything', () => {
    const drawer = /(^|\/)(utils?|helpers?|common|types|typings|misc)(\.[a-z.]+|\/|$)/
    expect(everything.filter(file => drawer.test(file)).map(file => `${file}: name it after what it holds`)).toEqual([])
  })
})
