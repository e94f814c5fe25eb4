import type { VmRecord } from '../../../../pve/vms/guest.ts';
import { isUnfinished, type Identity } from '../../../../pve/vms/ownership.ts';

/** What stands under a VMID that is wanted for a VM: ours, or in which way not. */
export type Occupant = 'nobody' | 'container' | 'other name' | 'other node' | 'unfinished' | 'busy' | 'ours';

export function occupantOf({ name }: Identity, node: string, record: VmRecord | undefined): Occupant {
  if (record === undefined) return 'nobody';
  if (record.kind === 'lxc') return 'container';
  // What a creation leaves when it dies has no name yet.
  const found = record.config.get('name') ?? (isUnfinished(record.config) ? name : undefined);
  if (found !== name) return 'other name';
  if (record.node !== node) return 'other node';
  if (isUnfinished(record.config)) return 'unfinished';
  return record.config.has('lock') ? 'busy' : 'ours';
}

export const lockOf = ({ config }: VmRecord): string => `is locked (${config.get('lock') ?? ''})`;

export function namedAs({ config }: VmRecord): string {
  const name = config.get('name');
  return name === undefined ? 'has no name' : `is named "${name}"`;
}

/** What to do about a VM that a run left behind when it died. */
export const cleanUpAdvice = ({ vmid }: VmRecord): string =>
  `if no task of it runs, remove what an earlier run left: \`qm unlock ${vmid} && qm destroy ${vmid} --destroy-unreferenced-disks 1\``;

/** What to do about a lock that a task holds, such as a backup. */
export const unlockAdvice = ({ vmid }: VmRecord): string =>
  `nothing can be changed until that task ends; \`qm unlock ${vmid}\` if none runs`;
