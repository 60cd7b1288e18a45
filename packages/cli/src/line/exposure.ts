import { isLoopback } from '@tripoint/twin'

/** What it means to listen there; nothing, where only this machine reaches it. */
export function exposure(host: string, tls: boolean): string[] {
  if (isLoopback(host)) return []
  return [
    `listens on ${host}, beyond this machine: whoever reaches the port and has an access key of the twin's acts with that key's rights`,
    tls
      ? 'with --tls, nobody on the way reads data or changes it; plain HTTP is answered too, and is not secure'
      : 'without --tls, data, git passwords and session tokens travel in the clear, and aws:SecureTransport is false for whoever is not on this machine: policies that demand TLS refuse them',
  ]
}

/** How clients come to trust a twin that speaks TLS. */
export const trust = (authority: string): string =>
  `TLS, vouched for by an authority of its own: AWS_CA_BUNDLE=${authority} NODE_EXTRA_CA_CERTS=${authority} (tripoint env sets both, and git's); plain HTTP is answered too, with aws:SecureTransport false`
