import type { Kind } from '../execution/turn.ts'
import type { State, StateType } from '../language/machine.ts'
import { choice } from './choice.ts'
import { fail, succeed } from './ending.ts'
import { map } from './map.ts'
import { parallel } from './parallel.ts'
import { pass } from './pass.ts'
import { task } from './task.ts'
import { wait } from './wait.ts'

const table: { [Type in StateType]: Kind<Extract<State, { Type: Type }>> } = {
  Pass: pass,
  Task: task,
  Choice: choice,
  Wait: wait,
  Succeed: succeed,
  Fail: fail,
  Parallel: parallel,
  Map: map,
}

export const kindOf = (state: State): Kind<State> => table[state.Type] as unknown as Kind<State>
