import type { Incoming } from './request.ts'
import { createRouter, protocolOf, type Router } from './route.ts'
import { readService, type Service, type WireService } from './service.ts'

/**
 * Chooses the router for a request, and loads what it routes to: a client package once somebody asks for its service,
 * because loading all of them took 300 of the 500 ms until the first answer, and 50 MB.
 */
export const createRouters = (services: readonly WireService[]) => {
  const names = services.map(({ name }) => name)
  const scopes = new Set(services.map(({ signingName }) => signingName))
  const load = memo(async (service: WireService): Promise<Service> => readService(service, await service.load()))
  const routerOf = memo(async (scope: string | undefined): Promise<Router> => {
    const wanted = services.filter(({ signingName }) => scope === undefined || signingName === scope)
    return createRouter(await Promise.all(wanted.map(load)), names)
  })
  return async (incoming: Incoming, scope: string | undefined): Promise<Router> => {
    const likely = scope ?? (protocolOf(incoming, scope) === 'rest-xml' ? 's3' : '')
    const own = await routerOf(scopes.has(likely) ? likely : undefined)
    return own.guess(incoming, scope) === undefined ? routerOf(undefined) : own
  }
}

const memo = <Key, Value>(make: (key: Key) => Value): ((key: Key) => Value) => {
  const known = new Map<Key, Value>()
  return key => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(key)
    known.set(key, made)
    return made
  }
}
