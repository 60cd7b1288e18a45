import { isIPv6 } from 'node:net'

/** Nobody but this machine reaches what listens there. */
export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)

/** Where this machine reaches what listens on a host: on all addresses is also on loopback. */
export function urlOf(protocol: 'http' | 'https', host: string, port: number): string {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `${protocol}://${isIPv6(near) ? `[${near}]` : near}:${port}`
}
