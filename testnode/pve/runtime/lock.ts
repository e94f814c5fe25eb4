import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { PveFailure } from './failure.ts';
import { warn } from './output.ts';

const SECONDS_TO_WAIT = 10;
const LOCK_FAILED = 4;
const INHERITED_DESCRIPTOR = '3';

/** Runs `work` while holding the lock of a VM's configuration, waiting for it as long as PVE does. */
export function withVmLock<T>(
  vmid: number,
  work: () => Promise<T> | T,
  { mode = 'exclusive', seconds = SECONDS_TO_WAIT }: Partial<LockWish> = {},
): Promise<T> {
  return withFileLock(`/var/lock/qemu-server/lock-${vmid}.conf`, work, mode, seconds);
}

/** Runs `work` while holding the lock of a storage: volumes are named and created one at a time. */
export function withStorageLock<T>(
  storage: string,
  isShared: boolean,
  work: () => Promise<T> | T,
): Promise<T> {
  const directory = isShared ? '/etc/pve/priv/lock' : '/var/lock/pve-manager';
  return withFileLock(`${directory}/pve-storage-${storage}`, work, 'exclusive');
}

/** Runs `work` while no other process of the cluster hands out VMIDs. */
export function withVmidLock<T>(work: () => Promise<T> | T): Promise<T> {
  return withFileLock('/etc/pve/priv/lock/vmids', work, 'exclusive', 60);
}

/** Runs `work` while nobody else of the cluster holds the lock of this name. */
export function withClusterLock<T>(name: string, work: () => Promise<T> | T): Promise<T> {
  return withFileLock(`/etc/pve/priv/lock/${name}`, work, 'exclusive');
}

type LockMode = 'exclusive' | 'shared';

/** Who may hold a lock beside the caller, and how long the caller waits for it. */
interface LockWish {
  readonly mode: LockMode;
  readonly seconds: number;
}

async function withFileLock<T>(
  file: string,
  work: () => Promise<T> | T,
  mode: LockMode,
  seconds = SECONDS_TO_WAIT,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a');
  try {
    acquire(file, descriptor, mode, seconds);
    return await work();
  } finally {
    closeSync(descriptor);
  }
}

function acquire(file: string, descriptor: number, mode: LockMode, seconds: number): void {
  if (flock(descriptor, mode, ['-n'])) return;
  warn('trying to acquire lock...');
  if (!flock(descriptor, mode, ['-w', String(seconds)])) {
    throw new PveFailure(`can't lock file '${file}' - got timeout`, LOCK_FAILED);
  }
  warn(' OK');
}

// The lock belongs to the open file, which the flock program inherits: it stays when that program ends.
function flock(descriptor: number, mode: LockMode, limit: readonly string[]): boolean {
  const { status, error } = spawnSync(
    'flock',
    [mode === 'shared' ? '-s' : '-x', ...limit, INHERITED_DESCRIPTOR],
    {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    },
  );
  if (error) throw error;
  return status === 0;
}
