import { driveSize } from '../../../../pve/text/volume-id.ts';
import { formatSize } from '../../../../pve/text/size.ts';
import type { VmConfig } from '../../../../pve/text/vm-config.ts';
import { isFirstDefault } from '../../../../pve/settings/image-disk.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { onNode, problem, variableOf } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import {
  furtherDisks,
  imageDisk,
  imageDiskSize,
  isOwnTemplate,
  isRotating,
  ownConfig,
  wantsImage,
} from '../../wishes.ts';

/** Whether a VM can become a template, and what a template is still asked for. */
export const checkTemplate = onNode((wanted, node) => {
  const config = ownConfig(wanted, node);
  if (config === undefined || wanted.vm_state === 'absent') return [];
  // What a template lacks, its next generation will have.
  if (isRotating(wanted)) return [];
  if (isOwnTemplate(wanted, node)) return [...disksOfTemplate(wanted, config), ...startOfTemplate(wanted)];
  return wanted.vm_make_template === true ? conversion(wanted, config, node.isRunning) : [];
});

function conversion(wanted: Wanted, config: VmConfig, isRunning: boolean): Problem[] {
  const label = `VM ${wanted.vm_vmid ?? ''} (${wanted.vm_name ?? ''})`;
  const { snapshots } = config;
  const blocked = problem(
    'PVE-VM-008',
    'vm_make_template',
    `${label} has snapshots: ${snapshots.join(', ')}`,
    `remove them: ${snapshots.map(one => `\`qm delsnapshot ${wanted.vm_vmid ?? ''} ${one}\``).join(', ')}`,
  );
  return [...(snapshots.length > 0 ? [blocked] : []), ...(isRunning ? [running(wanted, label)] : [])];
}

function running({ vm_apply: apply }: Wanted, label: string): Problem {
  if (apply === 'live') {
    return problem(
      'PVE-VM-028',
      'vm_make_template',
      `${label} runs, and nothing allows to stop it`,
      `shut it down, or set ${variableOf('vm_apply')}: reboot (an orderly shutdown) or stop (which stops it when that takes too long)`,
    );
  }
  return problem(
    'PVE-VM-005',
    'vm_make_template',
    `${label} runs and will be shut down; the machine id and host keys of its first start will be in every clone`,
    `let no VM start that is to become a template, or set ${variableOf('vm_make_template')}: false`,
  );
}

/** A disk that is added to a template becomes a base image at once, and its clones lack it. */
function disksOfTemplate(wanted: Wanted, config: VmConfig): Problem[] {
  const lacking = [
    ...furtherDisks(wanted)
      // The default speaks of a VM that is to be made.
      .filter(([slot, text]) => !isFirstDefault(slot, text, wanted.disk_storage))
      .map(([slot]) => [slot, 'vm_disks'] as const),
    ...(wanted.vm_uefi === true ? [['efidisk0', 'vm_uefi'] as const] : []),
    ...(wanted.vm_tpm === true ? [['tpmstate0', 'vm_tpm'] as const] : []),
    ...(wantsImage(wanted) ? [[imageDisk(wanted), 'vm_vmid'] as const] : []),
  ].filter(([slot]) => !config.has(slot));
  return [
    ...lacking.map(([slot, subject]) =>
      problem(
        'PVE-VM-006',
        subject,
        `VM ${wanted.vm_vmid ?? ''} is a template without ${slot}`,
        'make a new template under another VMID, or leave the disk out of the variables',
      ),
    ),
    ...growth(wanted, config),
  ];
}

function growth(wanted: Wanted, config: VmConfig): Problem[] {
  const [disk, target] = [imageDisk(wanted), imageDiskSize(wanted)];
  const current = driveSize(config.get(disk) ?? '');
  if (!wantsImage(wanted) || target === undefined || current === undefined || target <= current) return [];
  return [
    problem(
      'PVE-VM-006',
      'vm_disk_size',
      `${disk} of the template ${wanted.vm_vmid ?? ''} has ${formatSize(current)} and cannot grow to ${formatSize(target)}`,
      'give the size to its clones (disk_size), or make a new template under another VMID',
    ),
  ];
}

/** The role starts a VM that it is not told to make a template of. */
function startOfTemplate(wanted: Wanted): Problem[] {
  const isStarted =
    (wanted.vm_state === 'started' ||
      (wanted.vm_state !== 'stopped' && wanted.vm_start_after_create === true)) &&
    wanted.vm_make_template !== true &&
    wanted.vm_create_clones !== true;
  if (!isStarted) return [];
  return [
    problem(
      'PVE-VM-007',
      'vm_start_after_create',
      `VM ${wanted.vm_vmid ?? ''} (${wanted.vm_name ?? ''}) is a template, which cannot be started`,
      `set ${variableOf('vm_make_template')}: true, or choose another VMID for a new VM`,
    ),
  ];
}
