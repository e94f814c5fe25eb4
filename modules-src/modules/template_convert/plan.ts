import { optionName } from '../../sdk/option-name.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { linkedClones } from '../../pve/vms/linked-clones.ts';
import { planOwnVm, type FoundVm } from '../../pve/vms/ownership.ts';
import { idOf, volumesIn } from '../../pve/vms/volumes.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import { isWholeTemplate } from '../../pve/vms/template-disks.ts';
import { isTemplate, type VmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted {
  readonly vmid: number;
  readonly name: string;
  readonly timeout: number;
  /** How far to go with a VM that runs: leave it, let it shut down, or stop it when it does not. */
  readonly apply: 'live' | 'reboot' | 'stop';
}

export interface Observed {
  readonly vm: FoundVm;
  /** Every VM of the cluster; read only of a template that is half made. */
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  /** Digest of the image in the cache; undefined where nothing tells. */
  readonly imageDigest: string | undefined;
}

/** Shut down if it runs, convert, and finish what an interrupted conversion left; nothing when all disks are base images. */
export function planConvert(wanted: Wanted, observed: Observed): readonly Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, observed.vm, `make a template of ${label}`, config =>
    convertLanes(wanted, observed, config, label),
  );
}

function convertLanes(wanted: Wanted, observed: Observed, config: VmConfig, label: string): Lane[] {
  if (isWholeTemplate(config)) return [];
  if (config.snapshots.length > 0) {
    throw new UserError(
      `cannot make a template of ${label}: it has snapshots (${config.snapshots.join(', ')}); ` +
        `remove them with \`qm delsnapshot ${wanted.vmid} <name>\``,
    );
  }
  refuseLinkedClones(observed, label);
  refuseOthersDisks(wanted, config, label);
  if (observed.vm.running) requireStoppable(wanted, label);
  return [
    [
      ...(observed.vm.running ? [shutdown(wanted, label)] : []),
      ...resetFlag(wanted, config),
      convert(wanted, label),
    ],
  ];
}

/** Disks that became base images before may bear clones, which would lose what they stand on. */
function refuseLinkedClones({ vm, others, storages }: Observed, label: string): void {
  const clones = vm.record === undefined ? [] : linkedClones(vm.record, others, storages);
  if (clones.length === 0) return;
  const names = clones.map(clone => `${clone.config.get('name') ?? ''} (${clone.vmid})`).join(', ');
  throw new UserError(
    `cannot make a template of ${label}: some of its disks are base images of linked clones: ${names}; ` +
      'remove those first, or give them disks of their own with `qm disk move`',
  );
}

/** A volume that another VM owns, such as a data disk, would be made a base image, and all clones would stand on it. */
function refuseOthersDisks({ vmid }: Wanted, config: VmConfig, label: string): void {
  const held = volumesIn(config).filter(({ volume }) => volume.vmid !== undefined && volume.vmid !== vmid);
  if (held.length === 0) return;
  const names = held.map(({ key, volume }) => `${key} (${idOf(volume)})`).join(', ');
  throw new UserError(
    `cannot make a template of ${label}: it has disks of another VM, which would become base images: ${names}; ` +
      `detach them with \`qm set ${vmid} --delete ${held.map(({ key }) => key).join(',')}\``,
  );
}

/** Whoever started it may be at work in it. */
function requireStoppable({ apply, vmid }: Wanted, label: string): void {
  if (apply !== 'live') return;
  throw new UserError(
    `cannot make a template of ${label}: it runs; shut it down with \`qm shutdown ${vmid}\`, or allow it with ` +
      `${optionName('apply')}: reboot (an orderly shutdown) or stop (which stops it when that takes too long)`,
  );
}

const shutdown = ({ vmid, timeout, apply }: Wanted, label: string): Step => ({
  summary: `stop ${label}`,
  action: qm('shutdown', vmid, { timeout, ...(apply === 'stop' && { forceStop: true }) }),
  changes: [{ key: 'state', before: 'running', after: 'stopped' }],
});

/** `qm template` writes the flag before it converts the disks and refuses a VM that has it: an interrupted one starts over. */
function resetFlag({ vmid }: Wanted, config: VmConfig): Step[] {
  if (!isTemplate(config)) return [];
  return [
    {
      summary: 'take back the flag of the unfinished template',
      action: qm('set', vmid, { delete: ['template'] }),
    },
  ];
}

const convert = ({ vmid }: Wanted, label: string): Step => ({
  summary: `make a template of ${label}`,
  action: qm('template', vmid),
  changes: [{ key: 'template', before: undefined, after: '1' }],
});
