import type { VmRecord } from '../../pve/vms/guest.ts';
import { linkedClones } from '../../pve/vms/linked-clones.ts';
import { ownRecord, requireChangeable, type FoundVm } from '../../pve/vms/ownership.ts';
import { destroyStep, isProtected } from '../../pve/vms/removal.ts';
import { removeSnippetSteps, type SnippetPlace } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { isTemplate } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted {
  readonly vmid: number;
  readonly name: string;
  readonly confirm_delete?: string | undefined;
  /** Seconds. */
  readonly timeout: number;
}

export interface Observed {
  readonly vm: FoundVm;
  /** All VMs of the cluster; read for a template only. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  /** Our snippets for that number. */
  readonly snippets: readonly SnippetPlace[];
}

/** Stop, destroy, and remove our snippets; a run that died in between is finished. Everything doubtful is refused. */
export function planRemove(wanted: Wanted, observed: Observed): readonly Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  const purpose = `remove ${label}`;
  const record = ownRecord(wanted, observed.vm.record, purpose);
  const snippets = removeSnippetSteps(observed.snippets);
  if (record === undefined && snippets.length === 0) return [];
  requireConfirmation(wanted, purpose);
  if (record === undefined) return [snippets];
  requireRemovable(record, observed, purpose);
  return [[...(observed.vm.running ? [stop(wanted, label)] : []), destroyStep(record, label), ...snippets]];
}

function requireConfirmation({ name, confirm_delete: confirmed }: Wanted, purpose: string): void {
  if (confirmed === name) return;
  const found = confirmed === undefined ? 'nobody has confirmed it' : `"${confirmed}" was confirmed`;
  throw new UserError(`cannot ${purpose}: ${found}; set proxmox_vm_confirm_delete: ${name}`);
}

function requireRemovable(record: VmRecord, observed: Observed, purpose: string): void {
  requireChangeable(record, observed.vm.localNode, purpose);
  const { config } = record;
  if (isProtected(config)) {
    throw new UserError(
      `cannot ${purpose}: it is protected; take the protection away with \`qm set ${record.vmid} --protection 0\` if you are sure`,
    );
  }
  const clones = isTemplate(config) ? linkedClones(record, observed.others, observed.storages) : [];
  if (clones.length === 0) return;
  const names = clones.map(clone => `${clone.config.get('name') ?? ''} (${clone.vmid})`).join(', ');
  throw new UserError(
    `cannot ${purpose}: the disks of its linked clones stand on it: ${names}; remove those first, or give them disks of ` +
      'their own with `qm disk move`',
  );
}

const stop = ({ vmid, timeout }: Wanted, label: string): Step => ({
  summary: `stop ${label}`,
  action: qm('shutdown', vmid, { timeout, forceStop: true }),
  changes: [{ key: 'state', before: 'running', after: 'stopped' }],
});
