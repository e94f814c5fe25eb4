import { describeVm, type Entry } from '../../pve/description/entry.ts';
import type { Variables } from '../../pve/description/variables.ts';
import { variablesFile } from '../../pve/description/file.ts';
import { isUnfinished } from '../../pve/vms/ownership.ts';
import { whyUnread } from '../../pve/vms/find.ts';
import type { Found, FoundVm } from './observe.ts';

interface Wanted {
  readonly defaults?: Variables | undefined;
}

export function descriptionReport({ defaults = {} }: Wanted, { vms, unread }: Found) {
  const entries: Entry[] = [];
  const remarks = unread.map(whyUnread);
  for (const vm of vms) {
    const fault = faultOf(vm, entries);
    if (fault === undefined) entries.push(describeVm(vm, { ...vm, defaults }));
    else remarks.push(`VM ${vm.vmid} on ${vm.node} ${fault}`);
  }
  return {
    text: variablesFile(entries, remarks),
    vms: entries.map(({ variables }) => variables),
    remarks,
  };
}

/** Why a VM can be no entry. */
function faultOf(
  { vmid, config, isHolder, holdersUnread }: FoundVm,
  entries: readonly Entry[],
): string | undefined {
  if (isHolder) return 'holds the data disks of the others, which bring it with them';
  const [holder] = holdersUnread;
  if (holder !== undefined) return `has a disk of VM ${holder}, which cannot be looked at`;
  const name = config.get('name');
  if (isUnfinished(config))
    return `is not whole (lock: ${config.get('lock') ?? ''}); wait for its task to end`;
  if (name === undefined) return `has no name; give it one with \`qm set ${vmid} --name NAME\``;
  const other = entries.find(({ variables }) => variables['name'] === name);
  return other === undefined
    ? undefined
    : `has the name ${name} of VM ${String(other.variables['vmid'])}; give it another one with \`qm set ${vmid} --name NAME\``;
}
