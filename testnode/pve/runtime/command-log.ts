import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export const LOG_FILE = '/var/log/testnode/commands.jsonl';

/** One call of a PVE program, as tests and benchmarks count them. Only argv is kept: secrets come on standard input. */
export interface LoggedCommand {
  /** ISO 8601. */
  readonly time: string;
  readonly argv: readonly string[];
  readonly rc: number;
  readonly ms: number;
  /** The call's process was forked from one that had loaded the module of the program before. */
  readonly isPreloaded?: boolean;
}

/** Appends one line in a single write, so that parallel calls never mix. */
export function logCommand(command: LoggedCommand): void {
  try {
    mkdirSync(dirname(LOG_FILE), { recursive: true });
    appendFileSync(LOG_FILE, `${JSON.stringify(command)}\n`);
  } catch {
    // A caller who may not write the log (not root) still gets its answer.
  }
}
