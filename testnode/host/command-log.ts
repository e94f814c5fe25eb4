import { LOG_FILE, type LoggedCommand } from '../pve/runtime/command-log.ts';
import type { Finished } from '../system/processes.ts';

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
