import type { UnreadNode } from '../../pve/vms/find.ts';
import type { Found, OwnGuest } from './observe.ts';
import type { DeclaredGuest, Wanted } from './params.ts';
import { differencesOf, stepsOf, waitingOf, type Difference } from './told.ts';

/** What is known of a VM when the run has ended, the worst first. */
export const STATES = ['failed', 'unseen', 'differs', 'waits', 'changed', 'same'] as const;

export type State = (typeof STATES)[number];

export interface GuestReport {
  readonly name: string;
  readonly vmid: number | null;
  readonly node: string;
  readonly state: State;
  readonly differences: readonly Difference[];
  /** Settings that the VM gets with its next start. */
  readonly waiting: readonly Difference[];
  readonly steps: readonly string[];
  readonly problems: readonly string[];
}

export interface Fleet {
  readonly mode: 'check' | 'run';
  readonly totals: Readonly<Record<State | 'guests' | 'undeclared', number>>;
  readonly guests: readonly GuestReport[];
  readonly undeclared: readonly OwnGuest[];
  /** Nodes that are down, with VMs of which nobody knows whether they are the role's, and no entry has their VMIDs. */
  readonly unread: readonly UnreadNode[];
}

export function fleetOf({ guests: declared }: Wanted, { checkMode, guests: own, unread }: Found): Fleet {
  const guests = declared.map(guest => guestReport(guest, checkMode));
  const undeclared = own.filter(guest => !declared.some(entry => declares(entry, guest)));
  const named = new Set(declared.flatMap(({ vmid, others }) => [vmid, ...others.map(one => one.vmid)]));
  const count = (state: State): number => guests.filter(guest => guest.state === state).length;
  return {
    mode: checkMode ? 'check' : 'run',
    totals: {
      guests: guests.length,
      failed: count('failed'),
      unseen: count('unseen'),
      differs: count('differs'),
      waits: count('waits'),
      changed: count('changed'),
      same: count('same'),
      undeclared: undeclared.length,
    },
    guests,
    undeclared,
    unread: unread.map(({ node, vmids }) => ({ node, vmids: vmids.filter(vmid => !named.has(vmid)) })),
  };
}

function guestReport({ name, vmid, node, results }: DeclaredGuest, checkMode: boolean): GuestReport {
  const changes = results.filter(({ changed }) => changed);
  const problems = results.filter(({ failed }) => failed).map(({ task, msg }) => `${task}: ${msg}`);
  const waiting = results.flatMap(waitingOf);
  return {
    name,
    vmid: vmid ?? null,
    node,
    state: stateOf(),
    differences: changes.flatMap(differencesOf),
    waiting,
    steps: changes.flatMap(stepsOf),
    problems,
  };

  function stateOf(): State {
    if (problems.length > 0) return 'failed';
    if (!results.some(isOfTheVm)) return 'unseen';
    if (changes.length > 0 && checkMode) return 'differs';
    if (waiting.length > 0) return 'waits';
    return changes.length > 0 ? 'changed' : 'same';
  }
}

/** Modules that look at what a VM needs, and not at the VM. */
const BEFORE_THE_VM: readonly string[] = ['node_preflight', 'cloud_image_fetch'];

const isOfTheVm = ({ task }: DeclaredGuest['results'][number]): boolean => !BEFORE_THE_VM.includes(task);

/** A VMID that is known decides; a name does where nobody knows the VMID, and for the generations of a template. */
const declares = ({ others, ...entry }: DeclaredGuest, guest: OwnGuest): boolean =>
  [entry, ...others].some(({ name, vmid }) =>
    vmid === undefined ? name === guest.name : vmid === guest.vmid,
  ) || guest.family === entry.name;
