import type { Access } from '@tripoint/pipeline'
import type { Answer, Report as CheckReport, Diff, Explanation } from '@tripoint/proof'

/** What the library says while it works. `--json` prints these, one a line; a terminal shows them as text. */
export type Event =
  | { type: 'step'; text: string }
  | { type: 'note'; text: string }
  /** Still going on: said about once a second where nothing else is. */
  | { type: 'progress'; text: string }
  | { type: 'ready'; endpoint: string; state: string }
  | { type: 'environment'; variables: Readonly<Record<string, string>>; text: string }
  | { type: 'access'; access: Access }
  | StackBegins
  | { type: 'stack'; account: string; stack: string; resource: string; kind: string; status: string; reason?: string }
  | { type: 'stack-done'; account: string; stack: string; change: StackChanged; seconds: number }
  | { type: 'line'; pipeline: string; stages: readonly { name: string; status: string }[] }
  | { type: 'execution'; pipeline: string; id: string; status: string; trigger?: string }
  | ActionEvent
  | { type: 'approval'; stage: string; action: string; answer: 'approved' | 'rejected'; by: string }
  | { type: 'log'; group: string; stream: string; message: string; at: string }
  | { type: 'metric'; job: string; name: string; value: number }
  | { type: 'prediction'; endpoint: string; body: string }
  | { type: 'table'; title?: string; columns: readonly string[]; rows: readonly (readonly string[])[] }
  | { type: 'denied'; principal: string; action: string; resource: string; missing: readonly string[]; step?: string }
  | { type: 'check'; report: CheckReport }
  | { type: 'why'; answer: Answer }
  | { type: 'diff'; diff: Diff }
  | { type: 'explanation'; explanation: Explanation }
  | { type: 'phase'; name: string; seconds: number; calls: number }
  /** The last of a command that could not do what it was asked for. */
  | { type: 'failed'; text: string }
  | { type: 'done'; text: string; seconds: number }

export type StackChanged = 'created' | 'updated' | 'unchanged' | 'deleted'

export interface StackBegins {
  type: 'stack-begins'
  account: string
  stack: string
  change: 'create' | 'update' | 'delete'
  /** How many there will be, where that is known. */
  resources?: number
}

export interface ActionEvent {
  type: 'action'
  stage: string
  action: string
  status: string
  summary?: string
  error?: string
  seconds?: number
}

export type Report = (event: Event) => void
