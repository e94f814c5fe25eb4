import { planOwnVm, type FoundVm } from '../../pve/own-vm.ts';
import { driveKeys, isCdrom, isCloudInitDrive, isTemplate, type VmConfig } from '../../pve/vm-config.ts';
import { driveVolume } from '../../pve/volume-id.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted {
  readonly vmid: number;
  readonly name: string;
  readonly timeout: number;
}

/** Shut down if it runs, convert, and finish what an interrupted conversion left; nothing when all disks are base images. */
export function planConvert(wanted: Wanted, found: FoundVm): readonly Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, found, `make a template of ${label}`, config =>
    convertLanes(wanted, found, config, label),
  );
}

function convertLanes(wanted: Wanted, found: FoundVm, config: VmConfig, label: string): Lane[] {
  const unconverted = unconvertedDisks(config);
  if (isTemplate(config) && unconverted.length === 0) return [];
  if (config.snapshots.length > 0) {
    throw new UserError(
      `cannot make a template of ${label}: it has snapshots (${config.snapshots.join(', ')}); ` +
        `remove them with \`qm delsnapshot ${wanted.vmid} <name>\``,
    );
  }
  return [
    [
      ...(found.running ? [shutdown(wanted, label)] : []),
      ...resetFlag(wanted, config),
      convert(wanted, label),
    ],
  ];
}

/** Disks of a template are base images; CD-ROMs and the cloud-init drive are not converted. */
function unconvertedDisks(config: VmConfig): string[] {
  return driveKeys(config).filter(key => {
    const drive = config.get(key) ?? '';
    return !isCdrom(drive) && !isCloudInitDrive(drive) && driveVolume(drive)?.isBase === false;
  });
}

const shutdown = ({ vmid, timeout }: Wanted, label: string): Step => ({
  summary: `stop ${label}`,
  action: qm('shutdown', vmid, { timeout, forceStop: true }),
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
