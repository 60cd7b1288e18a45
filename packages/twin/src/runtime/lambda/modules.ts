import { realpathSync } from 'node:fs'
import { createRequire, isBuiltin, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Lambda's Node.js runtimes bring the AWS SDK v3 with them: https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html */
const brought = /^@(aws-sdk|smithy|aws-crypto)\//

const own = createRequire(import.meta.url)

const isBare = (specifier: string): boolean => !/^(\.{0,2}\/|[a-z]+:)/i.test(specifier) && !isBuiltin(specifier)

/**
 * A function finds what its package holds and the AWS SDK, and nothing else of this machine: a package that only
 * happens to lie in a folder above would be missing on AWS.
 */
export const isolateModules = (root: string): void => {
  const home = `${pathToFileURL(realpathSync(root)).href}/`
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!isBare(specifier) || !context.parentURL?.startsWith(home)) return nextResolve(specifier, context)
      let failure: unknown
      try {
        const found = nextResolve(specifier, context)
        if (found.url.startsWith(home)) return found
      } catch (error) {
        failure = error
      }
      if (brought.test(specifier)) {
        // What `require` resolves ignores another parent; what `import` resolves must keep its own conditions.
        if (context.conditions.includes('import'))
          return nextResolve(specifier, { ...context, parentURL: import.meta.url })
        return { url: pathToFileURL(own.resolve(specifier)).href, shortCircuit: true }
      }
      throw failure ?? Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' })
    },
  })
}
