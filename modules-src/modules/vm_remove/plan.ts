import { optionName } from '../../sdk/option-name.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { linkedClones } from '../../pve/vms/linked-clones.ts';
import { ownRecord, requireChangeable, type FoundVm } from '../../pve/vms/ownership.ts';
import { isHolder } from '../../pve/data-disks/holder.ts';
import { dataDisksInSnapshots, dataDisksOf } from '../../pve/data-disks/users.ts';
import { idOf, volumesIn } from '../../pve/vms/volumes.ts';
import { recoverySteps } from '../../pve/vms/begun.ts';
import { destroyStep, isProtected, named } from '../../pve/vms/removal.ts';
import { removeDriveSteps } from '../../pve/cloud-init/drive/own.ts';
import { hiddenWarnings, type OwnFiles } from '../../pve/cloud-init/own-files.ts';
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
  /** Data disks as they are declared. */
  readonly data_disks?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds. */
  readonly timeout: number;
}

export interface Observed {
  readonly vm: FoundVm;
  /** All VMs of the cluster; read only where the VM exists. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  readonly files: OwnFiles;
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
  requireNoHolder(record, purpose);
  requireDataKept(wanted, record, observed.others, purpose);
  const { files, others } = observed;
  return [
    [
      ...(observed.vm.running ? [stop(wanted, label)] : []),
      // Of a VM that is gone nobody would look for these.
      ...recovery,
      ...detachSteps(record, observed, label),
      destroyStep(record, label),
      // After it: a VM that cannot be removed still needs them.
      ...removeSnippetSteps(unusedSnippets(files.snippets.places, wanted.vmid, others)),
      ...removeDriveSteps(unusedVolumes(files.drives, wanted.vmid, others)),
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

function requireNoHolder(record: VmRecord, purpose: string): void {
  if (!isHolder(record)) return;
  throw new UserError(
    `cannot ${purpose}: it holds data disks of VMs; remove those first, each with \`pvesm free <volume>\`, and then this VM by hand`,
  );
}

/** Data that would go with the VM, or stay with a snapshot of it that nobody could remove any more. */
function requireDataKept(
  { vmid, data_disks: declared = {} }: Wanted,
  record: VmRecord,
  others: readonly VmRecord[],
  purpose: string,
): void {
  const own = volumesIn(record.config).find(
    ({ key, volume }) => Object.hasOwn(declared, key) && volume.vmid === vmid,
  );
  if (own !== undefined)
    throw new UserError(
      `cannot ${purpose}: ${own.key} is declared as a data disk, and its volume ${idOf(own.volume)} would go with the VM; ` +
        `take ${own.key} out of ${optionName('data_disks')} if it may go`,
    );
  const held = dataDisksInSnapshots(record, others);
  if (held.length === 0) return;
  const names = [...new Set(held.map(({ name }) => name))].join(', ');
  throw new UserError(
    `cannot ${purpose}: its snapshots (${record.config.snapshots.join(', ')}) hold the data of ${names}; ` +
      `remove them with \`qm delsnapshot ${vmid} <name>\``,
  );
}

/** They would stay anyway; but nothing that names them shall be there while disks are being removed. */
function detachSteps(record: VmRecord, { others }: Observed, label: string): Step[] {
  const disks = dataDisksOf(record, others);
  if (disks.length === 0) return [];
  return [
    {
      summary: `detach ${disks.map(({ name }) => name).join(', ')} from ${label}`,
      action: qm('set', record.vmid, { delete: disks.map(({ key }) => key) }),
      changes: disks.map(({ key, drive }) => ({ key, before: drive, after: undefined })),
    },
  ];
}

/** Whoever removes a VM is told which of its files stay, and why. */
export function removalNotices(
  wanted: Wanted,
  _: Observed,
  { vm: { record, localNode }, others, files }: Observed,
): Notices {
  if (record === undefined) return {};
  const kept = [
    ...keptData(record, others),
    ...keptFiles(wanted, { others, files }, record),
    ...hiddenWarnings(unusedVolumes(files.snippets.hidden, wanted.vmid, others), localNode),
  ];
  return kept.length === 0 ? {} : { warnings: kept };
}

function keptData(record: VmRecord, others: readonly VmRecord[]): readonly string[] {
  return dataDisksOf(record, others).map(({ name, volume }) => {
    const id = idOf(volume);
    return `data disk ${name} stays as ${id}, for the next VM that declares it; \`pvesm free ${id}\` deletes it and all that it holds`;
  });
}

function keptFiles(
  wanted: Wanted,
  { others, files: { snippets, drives } }: Pick<Observed, 'others' | 'files'>,
  record: VmRecord,
): readonly string[] {
  const volumes = [...snippets.hidden, ...drives];
  const unused = [
    ...unusedSnippets(snippets.places, wanted.vmid, others).map(({ path }) => path),
    ...unusedVolumes(volumes, wanted.vmid, others),
  ];
  const kept = [...snippets.places.map(({ path }) => path), ...volumes].filter(one => !unused.includes(one));
  if (kept.length === 0) return [];
  const users = named(snippetUsers(record, others));
  return [
    `${kept.join(', ')} stays: ${users} uses it; give that VM snippets of its own with \`qm set --cicustom\``,
  ];
}

const stop = ({ vmid, timeout }: Wanted, label: string): Step => ({
  summary: `stop ${label}`,
  action: qm('shutdown', vmid, { timeout, forceStop: true }),
  changes: [{ key: 'state', before: 'running', after: 'stopped' }],
});
