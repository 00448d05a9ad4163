import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where this machine records what was done to repositories: FIREDRILL_AUDIT_FILE, else `firedrill/audit.jsonl` in the
 * user's state directory (XDG base directories: XDG_STATE_HOME, else ~/.local/state). It is outside of repositories,
 * because anyone who may write to one could otherwise change the record.
 */
export function auditFile(): string {
  const named = process.env['FIREDRILL_AUDIT_FILE']
  if (named !== undefined && named !== '') return named
  const state = process.env['XDG_STATE_HOME']
  return join(
    state === undefined || state === '' ? join(homedir(), '.local', 'state') : state,
    'firedrill',
    'audit.jsonl',
  )
}
