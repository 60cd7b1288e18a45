import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { RuntimeError } from './error-document.ts'

export type Handler = (event: unknown, context: unknown) => unknown

const extensions = ['.js', '.mjs', '.cjs'] as const

const importError = (error: unknown): never => {
  const { name, message, code } = error as NodeJS.ErrnoException
  if (name === 'SyntaxError') throw new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${message}`)
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    throw new RuntimeError('Runtime.ImportModuleError', `Error: ${message}`)
  throw error
}

const load = async (root: string, path: string): Promise<unknown> => {
  const file = extensions.map(extension => join(root, path + extension)).find(existsSync)
  if (file === undefined)
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${path}'\nRequire stack:\n- ${root}`,
    )
  try {
    return file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : createRequire(file)(file)
  } catch (error) {
    return importError(error)
  }
}

/** `folder/file.export`, or `file.object.method`: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html */
export const loadHandler = async (root: string, name: string): Promise<Handler> => {
  const [, path, member] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(name) ?? []
  if (path === undefined || member === undefined) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler')
  const loaded = await load(root, path)
  const found = member
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], loaded)
  if (found === undefined) throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`)
  if (typeof found !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${name} is not a function`)
  // Node.js 24 has no callback handlers: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html; older runtimes are held to it here.
  if (found.length > 2)
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'Callback-based function handlers are not supported starting with Node.js 24: use an async handler.',
    )
  return found as Handler
}
