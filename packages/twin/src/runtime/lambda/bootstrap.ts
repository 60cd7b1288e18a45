import { watchParent } from '../process/parent.ts'
import { describeError, RuntimeError } from './error-document.ts'
import { loadHandler } from './handler.ts'
import { logAs, patchConsole } from './log-format.ts'
import { isolateModules } from './modules.ts'
import { runtimeClient } from './runtime-client.ts'

/** Our runtime interface client: loads the handler, then asks for one event after another until it is stopped. */
const environment = (name: string): string => process.env[name] ?? ''

watchParent()
const client = runtimeClient(environment('AWS_LAMBDA_RUNTIME_API'))
let requestId: string | undefined
patchConsole(() => requestId)

/** What nobody caught ends the process; the client is told which error it was. */
const crash = (errorType: string | undefined, exitCode: number) => async (error: unknown) => {
  const document = describeError(error, errorType)
  logAs('ERROR', requestId, `Uncaught Exception \t${JSON.stringify(document)}`)
  await (requestId === undefined ? client.initError(document) : client.error(requestId, document)).catch(() => {})
  process.exit(exitCode)
}
process.on('uncaughtException', crash(undefined, 129))
process.on('unhandledRejection', crash('Runtime.UnhandledPromiseRejection', 128))

const root = environment('LAMBDA_TASK_ROOT')
isolateModules(root)

const handler = await loadHandler(root, environment('_HANDLER')).catch(async (error: unknown) => {
  await crash(undefined, 1)(error)
  throw error
})

/** An empty event loop while the handler's promise is open: nothing can settle it any more. */
const abandoned = (): { readonly promise: Promise<never>; readonly clear: () => void } => {
  const { promise, reject } = Promise.withResolvers<never>()
  const exit = () =>
    reject(
      new RuntimeError(
        'Runtime.NodeJsExit',
        'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled.',
      ),
    )
  process.once('beforeExit', exit)
  return { promise, clear: () => process.removeListener('beforeExit', exit) }
}

for (;;) {
  const event = await client.next()
  requestId = event.requestId
  const exit = abandoned()
  try {
    const result = await Promise.race([handler(event.payload, event.context), exit.promise])
    client.endOfLog(event.requestId)
    await client.response(event.requestId, JSON.stringify(result ?? null))
  } catch (error) {
    const document = describeError(error)
    logAs('ERROR', requestId, `Invoke Error \t${JSON.stringify(document)}`)
    client.endOfLog(event.requestId)
    await client.error(event.requestId, document)
  }
  exit.clear()
  requestId = undefined
}
