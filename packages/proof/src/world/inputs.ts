import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Finding } from '../source/finding.ts'
import type { Input } from './input.ts'
import { assemblyInputs, type Listed, lineInputs } from './manifest.ts'

export interface ReadOptions {
  /** how a file is called in what is said of it; by default as it was given */
  readonly nameOf?: (path: string) => string
  /** file, stack or label → twelve digits */
  readonly accounts?: Readonly<Record<string, string>>
  /** for every template that has a parameter of the name */
  readonly parameters?: Readonly<Record<string, string>>
}

export interface ReadInputs {
  readonly inputs: readonly Input[]
  readonly findings: readonly Finding[]
}

const MOST_FILES = 2_000
const LONGEST = 2_000_000
const KINDS = ['.json', '.yaml', '.yml', '.template']
const LEFT_OUT = new Set(['node_modules', '.git', 'asset', 'dist'])

/** Templates as they are, folders of them, what `tripoint synth` or `cdk synth` wrote, and pipelines as create-pipeline takes them. */
export function readInputs(paths: readonly string[], options: ReadOptions = {}): ReadInputs {
  const findings: Finding[] = []
  const inputs: Input[] = []
  const nameOf = options.nameOf ?? (path => path)
  const fail = (path: string, what: string, cure: string) => void findings.push(unreadable(nameOf(path), what, cure))

  function readText(path: string): string | undefined {
    try {
      const { size } = statSync(path)
      if (size <= LONGEST) return readFileSync(path, 'utf8')
      fail(path, `is ${size.toLocaleString('en')} bytes long`, 'give the template: it has at most 1,000,000 bytes')
    } catch (error) {
      fail(path, said(error), 'give a file or folder that is there and can be read')
    }
    return undefined
  }

  const seen = new Set<string>()
  const isNew = (path: string) => !seen.has(resolve(path)) && seen.add(resolve(path)).size > 0

  function add(path: string, about: Partial<Input> = {}): void {
    seen.add(resolve(path))
    const text = readText(path)
    if (text === undefined) return
    const name = nameOf(path)
    const account = about.account ?? accountFor(name, path, about.stack, options.accounts)
    const parameters = { ...about.parameters, ...options.parameters }
    inputs.push({ name, text, ...about, ...(account === undefined ? {} : { account }), parameters })
  }

  /** A manifest is a file from outside too: it names nothing beyond its own folder. */
  function addListed(folder: string, { file, ...about }: Listed): void {
    const path = resolve(folder, file)
    const inside = relative(folder, path)
    if (inside.startsWith('..') || isAbsolute(inside)) {
      fail(join(folder, 'manifest.json'), `names ${file}, which is outside its folder`, 'name a file of the folder')
    } else add(path, about)
  }

  function addFolder(folder: string): void {
    const listed = listedIn(folder)
    if (listed) {
      seen.add(resolve(folder, 'manifest.json'))
      for (const each of listed) addListed(folder, each)
      return
    }
    const files = filesIn(folder).filter(isNew)
    const other: string[] = []
    for (const path of files.slice(0, MOST_FILES)) {
      const text = readText(path)
      if (text === undefined) continue
      if (looksRight(text)) add(path)
      else other.push(nameOf(path))
    }
    if (files.length > MOST_FILES)
      fail(folder, `holds ${files.length} files`, `name the templates: ${MOST_FILES} are read`)
    if (other.length > 0) findings.push(passedOver(folder, other))
    if (inputs.length === 0) fail(folder, 'holds no template', 'name a folder of templates, or a template')
  }

  function listedIn(folder: string): readonly Listed[] | undefined {
    const path = join(folder, 'manifest.json')
    let manifest: unknown
    try {
      if (statSync(path).size > LONGEST) return undefined
      manifest = JSON.parse(readFileSync(path, 'utf8'))
    } catch {
      return undefined
    }
    return lineInputs(manifest) ?? assemblyInputs(manifest, nested => listedIn(join(folder, nested)) ?? [])
  }

  const manifests = paths.filter(path => basename(path) === 'manifest.json' && listedIn(dirname(path)))
  const beside = new Map(manifests.map(path => [resolve(dirname(path)), [] as string[]]))
  // What a manifest lists is as the manifest says, whichever is given first.
  for (const path of [...manifests.map(path => dirname(path)), ...paths]) {
    try {
      const isFolder = statSync(path).isDirectory()
      if (!isNew(path)) continue
      if (isFolder) {
        addFolder(path)
        continue
      }
      // `out/*.json` is more than templates.
      const others = beside.get(resolve(dirname(path)))
      if (others === undefined || HAS_RESOURCES.test(readText(path) ?? '')) add(path)
      else others.push(nameOf(path))
    } catch (error) {
      fail(path, said(error), 'give a file or folder that is there and can be read')
    }
  }
  for (const [folder, others] of beside) if (others.length > 0) findings.push(passedOver(nameOf(folder), others))
  return { inputs, findings }
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) || entry.name.startsWith('.') ? [] : filesIn(path)
    return entry.isFile() && KINDS.includes(extname(entry.name)) ? [path] : []
  })
}

const HAS_RESOURCES = /^\s*"?Resources"?\s*:|[{,]\s*"Resources"\s*:\s*\{/m

/** In a folder there is more than templates: what does not even look like one is left alone. */
const looksRight = (text: string) =>
  /^\s*"?(Resources|pipeline)"?\s*:/m.test(text) || /[{,]\s*"(Resources|pipeline)"\s*:\s*\{/.test(text)

/** By the name that was given, the file's own name with or without its ending, or the stack's. */
function accountFor(name: string, path: string, stack: string | undefined, accounts: ReadOptions['accounts'] = {}) {
  const file = basename(path)
  const names = [name, path, file, file.replace(/(\.template)?\.[^.]+$/, ''), ...(stack === undefined ? [] : [stack])]
  const known = names.find(each => Object.hasOwn(accounts, each))
  return known === undefined ? undefined : accounts[known]
}

function said(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}`
}

const unreadable = (name: string, what: string, cure: string): Finding => ({
  code: 'unreadable-file',
  severity: 'error',
  message: `${name} ${what}`,
  consequence: 'nothing of it is part of what is checked',
  cure,
})

const passedOver = (folder: string, files: readonly string[]): Finding => ({
  code: 'passed-over',
  severity: 'note',
  message: `${files.length === 1 ? 'a file' : `${files.length} files`} in ${folder} ${files.length === 1 ? 'is' : 'are'} neither template nor pipeline: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ', …' : ''}`,
  cure: 'name a file itself to have it read',
})
