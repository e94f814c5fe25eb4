import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ClusterOptions } from './options.ts';
import { killAndWait, run, startTime } from '../system/processes.ts';

/** Where clusters keep their files; /var/tmp, because disks of guests are too large for a /tmp in memory. */
const STATES = '/var/tmp/testnode';
const DESCRIPTION = 'cluster.json';
const NODES = 'nodes.json';
/** A directory without description that is older than this is no cluster that is just starting, in milliseconds. */
const START_LIMIT = 60_000;

/** A process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

/** What describes a running cluster, so that another process can find, use or clear it. */
export interface ClusterState {
  readonly directory: string;
  /** The process that started the cluster; nothing for one that outlives it. */
  readonly owner: ProcessIdentity | undefined;
  /** Process 1 of the cluster: the whole of it dies with it. */
  readonly lan: ProcessIdentity;
  readonly network: string;
  readonly names: readonly string[];
  readonly options: ClusterOptions;
}

/** A new directory for a cluster, or the one of the name given. */
export function createStateDirectory(name?: string): string {
  mkdirSync(STATES, { recursive: true, mode: 0o755 });
  if (name === undefined) return mkdtempSync(join(STATES, 'c-'));
  const directory = join(STATES, name);
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

export function saveState(state: ClusterState): void {
  const file = join(state.directory, DESCRIPTION);
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** Remembers process 1 of each node that has power. */
export function saveNodes(directory: string, nodes: readonly (readonly [string, number])[]): void {
  const file = join(directory, NODES);
  writeFileSync(`${file}.new`, JSON.stringify(nodes));
  renameSync(`${file}.new`, file);
}

/** Names and first processes of the nodes that have power. */
export function readNodes(directory: string): readonly (readonly [string, number])[] {
  // Written by saveNodes alone.
  return JSON.parse(readFileSync(join(directory, NODES), 'utf8')) as [string, number][];
}

/** The running cluster of a name, if there is one. */
export function findState(name: string): ClusterState | undefined {
  const state = readState(join(STATES, name));
  return state !== undefined && isAlive(state.lan) ? state : undefined;
}

/** Who a process is; an error if it is no more. */
export function identify(pid: number): ProcessIdentity {
  const started = startTime(pid);
  if (started === undefined) throw new Error(`process ${pid} has ended`);
  return { pid, started };
}

/** Ends a cluster and removes every trace of it. */
export async function clearState(state: ClusterState): Promise<void> {
  if (isAlive(state.lan)) await killAndWait(state.lan.pid);
  await removeDirectory(state.directory);
}

/** Clears what clusters left behind whose starting process was killed. */
export async function clearStale(): Promise<void> {
  const directories = listStates().filter(isStale);
  await Promise.all(
    directories.map(async directory => {
      const state = readState(directory);
      await (state === undefined ? removeDirectory(directory) : clearState(state));
    }),
  );
}

export async function removeDirectory(directory: string): Promise<void> {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // Base images of templates are immutable, as PVE makes them.
    await run(['chattr', '-R', '-f', '-i', directory]);
    rmSync(directory, { recursive: true, force: true });
  }
}

function isStale(directory: string): boolean {
  const state = readState(directory);
  if (state === undefined) return ageOf(directory) > START_LIMIT;
  return !isAlive(state.lan) || (state.owner !== undefined && !isAlive(state.owner));
}

function isAlive({ pid, started }: ProcessIdentity): boolean {
  return startTime(pid) === started;
}

function listStates(): readonly string[] {
  try {
    return readdirSync(STATES).map(name => join(STATES, name));
  } catch {
    return [];
  }
}

function readState(directory: string): ClusterState | undefined {
  try {
    // Written by saveState alone.
    return JSON.parse(readFileSync(join(directory, DESCRIPTION), 'utf8')) as ClusterState;
  } catch {
    return undefined;
  }
}

function ageOf(directory: string): number {
  try {
    return Date.now() - statSync(directory).mtimeMs;
  } catch {
    return 0;
  }
}
