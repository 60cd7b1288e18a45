import { inputOf, query, template } from '../execution/data.ts'
import type { Branch, ParallelWait, Thread } from '../execution/execution.ts'
import { leaveWithResult } from '../execution/result.ts'
import { awaits } from '../execution/threads.ts'
import {
  type Entered,
  type Frame,
  type Kind,
  languageOf,
  newThread,
  type Runner,
  record,
  visibleVariables,
} from '../execution/turn.ts'
import { Failure } from '../language/failure.ts'
import type { Json } from '../language/json.ts'
import type { ParallelState, Program } from '../language/machine.ts'

export const parallel: Kind<ParallelState> = {
  async start(frame, state, runner) {
    const { turn, thread } = frame
    const input =
      languageOf(frame) === 'JSONata'
        ? state.Arguments === undefined
          ? thread.input
          : await query(frame, state.Arguments, 'Arguments')
        : await parameters(frame, state)
    const started = record(turn, thread, 'ParallelStateStarted')
    const branches: Branch[] = state.Branches.map(program => ({
      thread: newThread(program.StartAt, structuredClone(input), started, inherited(thread, input)),
    }))
    const wait: ParallelWait = { on: 'parallel', branches }
    thread.wait = wait
    let failure: Failure | undefined
    for (const [index, branch] of branches.entries()) {
      if (!('thread' in branch)) continue
      failure ??= await advance(frame, state, index, branch.thread, child => runner.begin(child))
    }
    return conclude(frame, state, wait, failure, runner)
  },

  async resume(frame, state, event, runner) {
    const wait = frame.thread.wait as ParallelWait
    for (const [index, branch] of wait.branches.entries()) {
      if (!('thread' in branch) || !('id' in event) || !awaits(branch.thread, event.id)) continue
      const failure = await advance(frame, state, index, branch.thread, child => runner.deliver(child, event))
      return conclude(frame, state, wait, failure, runner)
    }
    return 'blocked'
  },
}

async function parameters(frame: Frame, state: ParallelState) {
  const input = inputOf(frame, state.InputPath)
  return state.Parameters === undefined ? input : template(frame, state.Parameters, { data: input })
}

const inherited = (thread: Thread, input: Json): Partial<Thread> => ({
  ...(thread.silent ? { silent: true } : {}),
  ...(thread.child === undefined ? {} : { child: thread.child }),
  ...(input === thread.input && thread.text !== undefined ? { text: thread.text } : {}),
})

const childFrame = (frame: Frame, program: Program, thread: Thread): Frame => ({
  turn: frame.turn,
  thread,
  program,
  language: frame.language,
  outer: visibleVariables(frame),
})

/** Runs one branch as far as it goes; a failure is answered, not thrown, so that its siblings can be ended first. */
async function advance(
  frame: Frame,
  state: ParallelState,
  index: number,
  thread: Thread,
  run: (child: Frame) => Promise<'blocked' | { output: unknown }>,
): Promise<Failure | undefined> {
  const wait = frame.thread.wait as ParallelWait
  try {
    const progress = (await run(childFrame(frame, state.Branches[index] as Program, thread))) as Awaited<
      ReturnType<Runner['begin']>
    >
    if (progress !== 'blocked') wait.branches[index] = { output: progress.output, last: thread.last }
    frame.thread.last = thread.last
    return undefined
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    frame.thread.last = thread.last
    return error
  }
}

function conclude(
  frame: Frame,
  state: ParallelState,
  wait: ParallelWait,
  failure: Failure | undefined,
  runner: Runner,
): Promise<Entered> | Entered {
  if (failure !== undefined) {
    for (const [index, branch] of wait.branches.entries())
      if ('thread' in branch) runner.abandon(childFrame(frame, state.Branches[index] as Program, branch.thread))
    delete frame.thread.wait
    throw failure
  }
  const outputs = wait.branches.flatMap(branch => ('thread' in branch ? [] : [branch.output]))
  if (outputs.length < wait.branches.length) return 'blocked'
  delete frame.thread.wait
  record(frame.turn, { ...frame.thread }, 'ParallelStateSucceeded')
  return leaveWithResult(frame, state, outputs)
}
