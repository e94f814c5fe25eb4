import type { Finished } from '../system/processes.ts';

const LOG_FILE = '/var/log/testnode/commands.jsonl';

/** One call of a PVE program on a node. */
export interface LoggedCommand {
  /** ISO 8601. */
  readonly time: string;
  readonly argv: readonly string[];
  readonly rc: number;
  readonly ms: number;
  /** The call's process was forked from one that had loaded the module of the program before. */
  readonly isPreloaded?: boolean;
}

/** Reads a node's log of calls; a node on which nothing was called yet has none. */
export async function readCommands(
  read: (path: string) => Promise<Finished>,
): Promise<readonly LoggedCommand[]> {
  const { stdout } = await read(LOG_FILE);
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(parseCommand);
}

function parseCommand(line: string): LoggedCommand {
  const value: unknown = JSON.parse(line);
  if (!isLoggedCommand(value)) throw new Error(`not an entry of the command log: ${line}`);
  return value;
}

function isLoggedCommand(value: unknown): value is LoggedCommand {
  if (typeof value !== 'object' || value === null) return false;
  const { time, argv, rc, ms } = value as Partial<Record<keyof LoggedCommand, unknown>>;
  return typeof time === 'string' && Array.isArray(argv) && typeof rc === 'number' && typeof ms === 'number';
}
