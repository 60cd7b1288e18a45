import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { CHILDREN, PROGRAM, packageOf, SUB_PATHS } from './entry-points.ts'

/** Bundles the workspaces; the packages of others stay imports, and are returned. */
export async function bundle(root: string, out: string): Promise<string[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [...Object.values(SUB_PATHS), PROGRAM, ...CHILDREN].map(path => ({ in: `${path}.ts`, out: path })),
    outdir: out,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    metafile: true,
    logLevel: 'warning',
    plugins: [othersStayOutside, placesStay(root)],
  })
  const imports = Object.values(result.metafile.outputs).flatMap(output => output.imports)
  return imports.filter(({ external }) => external).flatMap(({ path }) => packageOf(path) ?? [])
}

const othersStayOutside: Plugin = {
  name: 'others stay outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@tripoint/') ? undefined : { path, external: true },
    )
  },
}

/** The code of many files lies in one chunk: each goes on to see its own place in the package as `import.meta.url`. */
const placesStay = (root: string): Plugin => ({
  name: 'places stay',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const place = relative(root, path).replaceAll('\\', '/').replace(/ts$/, 'js')
      return {
        loader: 'ts',
        contents: source
          .replace(/(new URL\(\s*'[^']+)\.ts'(?=,\s*import\.meta\.url)/g, "$1.js'")
          .replaceAll('import.meta.url', `new URL('./${place}', import.meta.resolve('#package')).href`),
        ...(/import\.meta\.(dirname|filename)/.test(source)
          ? { errors: [{ text: `${place}: use import.meta.url, whose place the build keeps` }] }
          : {}),
      }
    })
  },
})
