import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { isSystemError } from './failure.ts';
import { readIfThere } from './read-if-there.ts';
import { nodeSettings } from './settings.ts';

const CLAIMS = '/run/testnode/faults';

/** The moments of a worker's life at which a fault can end it. */
export type WorkerStep = 'started' | 'allocated' | 'copied' | 'flagged';

/** A trouble that a test orders for some commands. */
export interface CommandFault {
  /** First words of the command: `["qm", "set", "100"]`; of a REST call its method and path: `["PUT", "/nodes/pve01/qemu/100/config"]`. */
  readonly match: readonly string[];
  /** How often it happens; without a number every time. */
  readonly times?: number;
  /** Seconds that the command waits before it begins. */
  readonly delay?: number;
  /** The command does nothing but fail like this. */
  readonly fail?: { readonly text: string; readonly exitCode?: number; readonly status?: number };
  /** Another process holds the VM's lock while the command begins. */
  readonly holdLock?: { readonly vmid: number; readonly seconds: number };
  /** The command ends well, and yet the configuration is as it was. */
  readonly loseChange?: boolean;
  /** REST: the call's worker does not start, and what was reserved for it may stay. */
  readonly loseWorker?: boolean;
  /** The worker is killed, without a chance to clean up, when it gets there. */
  readonly killWorkerAt?: WorkerStep;
}

/** All troubles that a test orders, as they stand in the node's faults file. */
export interface Faults {
  readonly commands?: readonly CommandFault[];
  /** Storages that have no space left. */
  readonly fullStorages?: readonly string[];
  /** The node has lost the cluster: /etc/pve can be read but not written by PVE's programs. */
  readonly noQuorum?: boolean;
  /** VMIDs whose guest never reports an address. */
  readonly silentGuests?: readonly number[];
  /** How programs end that agents of pretended guests are told to run; all others end well and say nothing. */
  readonly guestPrograms?: readonly GuestProgram[];
}

/** What becomes of a program in a pretended guest. */
export interface GuestProgram {
  /** Text in its command. */
  readonly match: string;
  readonly exitCode?: number;
  readonly output?: string;
}

/** The fault that is due for this command, if any; one with a number of times is used up by being asked for. */
export function claimFault(argv: readonly string[]): CommandFault | undefined {
  return readFaults().commands?.find(
    fault => fault.match.every((word, index) => argv[index] === word) && claim(fault),
  );
}

/** True when the node is to have lost the cluster. */
export function hasNoQuorum(): boolean {
  return readFaults().noQuorum ?? false;
}

/** True when the storage is to have no space left. */
export function isFull(storage: string): boolean {
  return readFaults().fullStorages?.includes(storage) ?? false;
}

/** True when the guest of this VM is to keep its addresses for itself. */
export function isAgentSilent(vmid: number): boolean {
  return readFaults().silentGuests?.includes(vmid) ?? false;
}

/** How programs in pretended guests are to end. */
export function guestPrograms(): readonly GuestProgram[] {
  return readFaults().guestPrograms ?? [];
}

/** Lets another process hold a VM's lock for a while. */
export function holdLock({ vmid, seconds }: NonNullable<CommandFault['holdLock']>): void {
  const directory = '/var/lock/qemu-server';
  mkdirSync(directory, { recursive: true });
  spawn('flock', ['-x', `${directory}/lock-${vmid}.conf`, 'sleep', String(seconds)], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}

/** Says where a worker is; a fault may end it there. */
export function reachStep(step: WorkerStep): void {
  if (process.env.TESTNODE_KILL_WORKER_AT === step) process.kill(process.pid, 'SIGKILL');
}

function readFaults(): Faults {
  // Written by the test that wants the trouble.
  return JSON.parse(readIfThere(nodeSettings().faultsFile)?.toString() ?? '{}') as Faults;
}

// Each time is a file that only one process can create.
function claim(fault: CommandFault): boolean {
  if (fault.times === undefined) return true;
  mkdirSync(CLAIMS, { recursive: true });
  const name = createHash('sha1').update(JSON.stringify(fault)).digest('hex');
  for (let time = 1; time <= fault.times; time += 1) {
    try {
      closeSync(openSync(`${CLAIMS}/${name}-${time}`, 'wx'));
      return true;
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error;
    }
  }
  return false;
}
