import { type Definition, namesOf, type StageNames } from '@tripoint/pipeline'
import type { Watched } from './watch.ts'

type Failed = NonNullable<Watched['failed']>

const stepsOf = (stage: StageNames): Record<string, string> =>
  stage.kind === 'train'
    ? {
        [stage.steps.workflow]: 'mend the template in the repository, and push it',
        [stage.steps.run]: 'mend what the reason names, then tripoint run; the whole story: tripoint logs',
      }
    : stage.kind === 'approve'
      ? { [stage.step]: 'push what was asked for, or tripoint run to ask again' }
      : { [stage.step]: 'the whole story: tripoint logs --prefix /aws/' }

/** What to do about an action that failed. */
export function cureOf(definition: Definition, { stage, action }: Failed): string {
  const steps = Object.assign({}, ...Object.values(namesOf(definition).stages).map(stepsOf)) as Record<string, string>
  return steps[`${stage}/${action}`] ?? 'see where the line stands: tripoint status'
}
