import type { Child } from './process/child.ts'

/** A container of an image, seen from outside: a folder that is its `/opt/ml`, variables, a command. */
export interface ContainerSpec {
  readonly image: string
  readonly command: 'train' | 'serve'
  /** Becomes `/opt/ml`. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** The port of the loopback interface where `serve` shall answer. */
  readonly port?: number
  readonly log: (line: string) => void
}

export interface ContainerEngine {
  readonly name: string
  /** Undefined when this engine runs the image; otherwise why it does not. */
  refuses(image: string): Promise<string | undefined>
  start(spec: ContainerSpec): Promise<Child>
}
