import { optionName } from '../../sdk/option-name.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { linkedClones } from '../../pve/vms/linked-clones.ts';
import { ownRecord, requireChangeable, type FoundVm } from '../../pve/vms/ownership.ts';
import { recoverySteps } from '../../pve/vms/begun.ts';
import { destroyStep, isProtected, named } from '../../pve/vms/removal.ts';
import type { SnippetPlace } from '../../pve/text/cloud-init-volumes.ts';
import { removeDriveSteps } from '../../pve/cloud-init/drive/own.ts';
import { removeSnippetSteps } from '../../pve/cloud-init/snippets.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { snippetUsers, unusedSnippets, unusedVolumes } from '../../pve/vms/snippet-users.ts';
import type { Notices } from '../../sdk/define-module.ts';
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
  /** All VMs of the cluster; read only where the VM exists. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  /** The snippets of that VM. */
  readonly snippets: readonly SnippetPlace[];
  /** Cloud-init drives of our own of that VM. */
  readonly drives: readonly string[];
}

/** Stop, destroy, and remove the VM's snippets that no other VM uses. Everything doubtful is refused. */
export function planRemove(wanted: Wanted, observed: Observed): readonly Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  const purpose = `remove ${label}`;
  const record = ownRecord(wanted, observed.vm.record, purpose);
  const recovery = recoverySteps(wanted, observed.vm.remains);
  if (record === undefined) return recovery.length === 0 ? [] : [recovery];
  requireConfirmation(wanted, purpose);
  requireRemovable(record, observed, purpose);
  const unused = unusedSnippets(observed.snippets, wanted.vmid, observed.others);
  const snippets = removeSnippetSteps(unused);
  return [
    [
      ...(observed.vm.running ? [stop(wanted, label)] : []),
      // Of a VM that is gone nobody would look for these.
      ...recovery,
      destroyStep(record, label),
      // After it: a VM that cannot be removed still needs them.
      ...snippets,
      ...removeDriveSteps(unusedVolumes(observed.drives, wanted.vmid, observed.others)),
    ],
  ];
}

function requireConfirmation({ name, confirm_delete: confirmed }: Wanted, purpose: string): void {
  if (confirmed === name) return;
  const found = confirmed === undefined ? 'nobody has confirmed it' : `"${confirmed}" was confirmed`;
  throw new UserError(`cannot ${purpose}: ${found}; set ${optionName('confirm_delete')}: ${name}`);
}

function requireRemovable(record: VmRecord, observed: Observed, purpose: string): void {
  requireChangeable(record, observed.vm.localNode, purpose);
  const { config } = record;
  if (isProtected(config)) {
    throw new UserError(
      `cannot ${purpose}: it is protected; take the protection away with \`qm set ${record.vmid} --protection 0\` if you are sure`,
    );
  }
  const clones = linkedClones(record, observed.others, observed.storages);
  if (clones.length === 0) return;
  throw new UserError(
    `cannot ${purpose}: the disks of its linked clones stand on it: ${named(clones)}; remove those first, or give them disks of ` +
      'their own with `qm disk move`',
  );
}

/** Whoever removes a VM is told which of its files stay, and why. */
export function removalNotices(
  wanted: Wanted,
  _: Observed,
  { vm, others, snippets, drives }: Observed,
): Notices {
  const { record } = vm;
  const unused = [
    ...unusedSnippets(snippets, wanted.vmid, others).map(({ path }) => path),
    ...unusedVolumes(drives, wanted.vmid, others),
  ];
  const kept = [...snippets.map(({ path }) => path), ...drives].filter(one => !unused.includes(one));
  if (record === undefined || kept.length === 0) return {};
  const users = named(snippetUsers(record, others));
  return {
    warnings: [
      `${kept.join(', ')} stays: ${users} uses it; give that VM snippets of its own with \`qm set --cicustom\``,
    ],
  };
}

const stop = ({ vmid, timeout }: Wanted, label: string): Step => ({
  summary: `stop ${label}`,
  action: qm('shutdown', vmid, { timeout, forceStop: true }),
  changes: [{ key: 'state', before: 'running', after: 'stopped' }],
});
