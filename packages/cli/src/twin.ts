export { type AuditEntry, type OperatorKey, type Twin, type TwinOptions, twin } from '@tripoint/twin'
