import {
  AwsError,
  answers,
  because,
  type Cause,
  isAwsError,
  notImplemented,
  type Tx,
  unwritable,
} from '../engine/index.ts'
import type { Invoke, InvokeOptions } from './api.ts'
import { type Audit, type AuditEntry, entryOf, type Verdict } from './audit.ts'
import { judge } from './authorize.ts'
import type { Call, Env, Operation, Service } from './operation.ts'
import type { Principal } from './principal.ts'

export interface Gate {
  /** From outside: the wire has verified the signature. */
  enter(call: Call, input: unknown): Promise<unknown>
  invoke: Invoke
}

/**
 * The only door: find the operation → what it demands → decide → stage → run and audit in one transaction.
 * `env` is asked for on each call because the services that it names are opened with it. `refused` hears of every denial.
 */
export function gate(
  services: ReadonlyMap<string, Service>,
  audit: Audit & { drain(tx: Tx): void },
  env: () => Env,
  refused: (entry: Omit<AuditEntry, 'number'>) => void = () => {},
): Gate {
  async function pass(call: Call, input: unknown, token?: string): Promise<unknown> {
    const { store } = env()
    // What cannot be audited is not answered.
    if (audit.pending().length >= mostUnwritten) store.transact(audit.drain)
    const known = token === undefined ? undefined : answers.get(store, ...token.split('\u0000'))
    if (known?.error !== undefined)
      throw new AwsError(known.error.name, known.error.message, { status: known.error.status })
    if (known !== undefined) return known.output

    const service = services.get(call.service)
    if (service === undefined) throw notImplemented(`service ${call.service}`)
    const found = service.operations[call.operation]
    if (found === undefined) throw notImplemented(`${call.service}:${call.operation}`)
    const entry = found as Operation<unknown, unknown>
    let verdicts: Verdict[] = []
    try {
      const context = { read: store, call, env: env() }
      const judgement = judge(store, call, entry.authorize(input, context))
      verdicts = judgement.verdicts
      if (judgement.denial !== undefined) throw denied(service, call, judgement.denial, verdicts.at(-1)?.account ?? '')
      const staged = await entry.stage?.(input, context)
      return await commit(entry, call, input, staged, verdicts, token)
    } catch (thrown) {
      const error = unwritable(thrown, env().directory) ?? thrown
      refuse(call, verdicts, error, token)
      throw error
    }
  }

  function commit(
    entry: Operation<unknown, unknown>,
    call: Call,
    input: unknown,
    staged: unknown,
    verdicts: Verdict[],
    token?: string,
  ) {
    const { store } = env()
    const write = (tx: Tx, output: unknown) => {
      audit.drain(tx)
      audit.write(tx, entryOf(call, verdicts, 'ok'))
      if (token !== undefined) answers.put(tx, token.split('\u0000'), { output })
    }
    if (reading.test(call.operation)) {
      const output = entry.run(input, { tx: readOnly(store, call), call, env: env() }, staged)
      // What a step does next depends on what it read: a repeated one reads the same.
      if (token !== undefined && !streams(output)) store.transact(tx => write(tx, output))
      else note(entryOf(call, verdicts, 'ok'))
      return output
    }
    return store.join(tx => {
      const output = entry.run(input, { tx, call, env: env() }, staged)
      write(tx, output)
      return output
    })
  }

  /** Without a change for long, the notes are put on disk by themselves. */
  function note(entry: Parameters<Audit['note']>[0]) {
    audit.note(entry)
    if (audit.pending().length % mostNotes !== 0) return
    const { store, directory } = env()
    try {
      store.transact(audit.drain)
    } catch (error) {
      // Who only reads goes on: the notes wait for space.
      if (unwritable(error, directory) === undefined) throw error
    }
  }

  function refuse(call: Call, verdicts: Verdict[], error: unknown, token?: string) {
    const { store } = env()
    const code = error instanceof Error ? error.name : 'InternalFailure'
    const message = error instanceof Error ? error.message : String(error)
    const entry = entryOf(call, verdicts, code, message)
    if (verdicts.some(({ allowed }) => !allowed)) refused(entry)
    // What is not AWS's refusal (a full disk, the twin's own end) is no answer: a repeated step asks again.
    if (token === undefined || !isAwsError(error)) return note(entry)
    store.transact(tx => {
      audit.drain(tx)
      audit.write(tx, entry)
      answers.put(tx, token.split('\u0000'), { error: { name: code, message, status: error.status } })
    })
  }

  const any = (as: Principal, service: string, operation: string, input: unknown, options: InvokeOptions) => {
    const { clock, ids } = env()
    const call: Call = {
      service,
      operation,
      principal: as,
      account: options.account ?? as.account,
      region: options.region,
      requestId: ids.uuid(),
      now: clock.now(),
      secure: options.secure ?? true,
      sourceIp: options.sourceIp ?? as.service ?? 'aws-internal',
      userAgent: as.service ?? 'aws-internal',
      via: options.via ?? [],
      ...(options.source === undefined ? {} : { source: options.source }),
      cause: options.cause,
    }
    return pass(call, input, options.token)
  }
  const invoke = Object.assign(
    (as: Principal, service: string, operation: string, input: unknown, options: InvokeOptions) =>
      any(as, service, operation, input, options),
    { any },
  ) as unknown as Invoke

  return { enter: (call, input) => pass(call, input), invoke }
}

const mostNotes = 1_000
/** Notes that may wait while nothing can be written. */
const mostUnwritten = 100_000

/** Calls that only read need no durable commit of their own; their audit entries wait for the next one. */
const reading =
  /^(Get(?!SessionToken|FederationToken|JobDetails)|Describe|List|Head|Lookup|Validate|BatchGet|BatchCheck|Decrypt|Encrypt|GenerateDataKey|ReEncrypt|Verify|Estimate|Preview|PollForJobs)/

const streams = (output: unknown): boolean =>
  Object.values(Object(output)).some(member => Symbol.asyncIterator in Object(member))

const readOnly = (store: Env['store'], call: Call): Tx => {
  const refuse = (): never => {
    throw new Error(`${call.service}:${call.operation} reads only, but wrote`)
  }
  return { get: store.get, list: store.list, put: refuse, delete: refuse, after: refuse, undone: refuse }
}

const denied = (service: Service, call: Call, text: string, owner: string): AwsError =>
  new AwsError(service.denied, service.denial?.(text, call, owner) ?? text, {
    status: service.denied === 'AccessDenied' ? 403 : 400,
  })

/** The chain for a call from outside: what its credentials were handed out for, and the request itself. */
export const causeOf = (principal: Principal, requestId: string, name: string): Cause =>
  principal.cause.length > 0 ? principal.cause : because([], { kind: 'request', id: requestId, name })
