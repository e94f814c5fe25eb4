import type { VmRecord } from '../../../pve/guest.ts';
import type { Identity } from '../../../pve/own-vm.ts';

/** What stands under a number that is wanted for a VM: ours, or in which way not. */
export type Occupant = 'nobody' | 'container' | 'other name' | 'other node' | 'locked' | 'ours';

export function occupantOf({ name }: Identity, node: string, record: VmRecord | undefined): Occupant {
  if (record === undefined) return 'nobody';
  if (record.kind === 'lxc') return 'container';
  if (record.config.get('name') !== name) return 'other name';
  if (record.node !== node) return 'other node';
  return record.config.has('lock') ? 'locked' : 'ours';
}

export const nameOf = ({ config, vmid }: VmRecord): string => config.get('name') ?? `VM ${vmid}`;

/** What to do about a lock: an unfinished guest was left by a run that died, anything else is a task at work. */
export function unlockAdvice({ vmid, config }: VmRecord): string {
  const lock = config.get('lock');
  return lock === 'create' || lock === 'clone'
    ? `if no task of it runs, remove what an earlier run left: \`qm unlock ${vmid} && qm destroy ${vmid} --destroy-unreferenced-disks 1\``
    : `wait until that task ends, or \`qm unlock ${vmid}\` if none runs`;
}
