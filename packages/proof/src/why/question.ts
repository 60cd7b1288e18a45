import type { Needs } from '../needs/need.ts'
import type { Asked } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { actionNamed, misfit } from './action-name.ts'
import { principalNamed } from './principal-name.ts'
import { resourceNamed } from './resource-name.ts'
import { usualContext } from './usual-context.ts'
import type { Question } from './why.ts'

/** A question as somebody types it. */
export interface Typed {
  readonly principal: string
  readonly action: string
  readonly resource: string
  /** what the request carries; a key with an empty value is absent from it */
  readonly context: Asked['context']
}

export type Understood = { readonly question: Question } | { readonly problem: string; readonly cure: string }

/** Who and what is meant, and what a real request of this kind carries. */
export function understand(world: World, needs: Needs | undefined, typed: Typed): Understood {
  const action = actionNamed(typed.action)
  if ('problem' in action) return action
  const principal = principalNamed(world, typed.principal)
  if ('problem' in principal) return principal
  const resource = resourceNamed(world, typed.resource)
  if ('problem' in resource) return resource
  const words = { principal: principal.arn, action: action.name, resource: resource.arn }
  const given = new Set(Object.keys(typed.context).map(key => key.toLowerCase()))
  const assumed = usualContext(world, needs, words).filter(({ key }) => !given.has(key.toLowerCase()))
  const context = {
    ...Object.fromEntries(assumed.map(({ key, value }) => [key, value])),
    ...Object.fromEntries(Object.entries(typed.context).filter(([, value]) => value !== '')),
  }
  const notes = [...action.notes, ...principal.notes, ...resource.notes, ...misfit(action.name, resource.arn)]
  return { question: { asked: { ...words, context }, assumed, notes } }
}
