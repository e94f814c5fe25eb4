import { sameValue } from '../../../../pve/text/property-string.ts';
import { readsKeys } from '../../../../pve/text/pve-version.ts';
import { nextValues } from '../../../../pve/text/vm-config.ts';
import type { MachineFacts } from '../../../../sdk/facts.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { isMalformed, problem, type Check, variableOf } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { imageDisk, ownConfig, wantsImage } from '../../wishes.ts';
import type { World } from '../../world.ts';

/** What the VM has already, where the node can tell. */
export function foundValues(wanted: Wanted, { node }: World): ReadonlyMap<string, string> {
  const config = node === undefined ? undefined : ownConfig(wanted, node);
  return config === undefined ? new Map() : nextValues(config);
}

/** QEMU cannot plug memory without NUMA: such a VM does not start (qemu-server 9.2, Memory.pm). */
export const checkHotplug: Check = (wanted, world) => {
  const found = foundValues(wanted, world);
  const kinds = (wanted.vm_hotplug ?? found.get('hotplug') ?? '').split(/[,;\s]+/);
  // Said to plug memory and nothing of NUMA, the VM gets it.
  const brings = wanted.vm_hotplug !== undefined && kinds.includes('memory');
  const said = wanted.vm_numa ?? wanted.vm_extra_config?.['numa'];
  if (isOn(said ?? (brings || found.get('numa')))) return [];
  const fix = `set ${variableOf('vm_numa')}: true, or take it out of ${variableOf('vm_hotplug')}`;
  return [
    ...(kinds.includes('memory')
      ? [problem('PVE-VM-009', 'vm_hotplug', 'has memory, and the VM has no NUMA: it would not start', fix)]
      : []),
    ...(kinds.includes('cpu')
      ? [problem('PVE-VM-010', 'vm_hotplug', 'has cpu, and the VM has no NUMA', fix)]
      : []),
  ];
};

const isOn = (value: unknown): boolean => value === true || sameValue(String(value), '1');

export const checkSizes: Check = (wanted, world) => {
  const { vm_memory: memory, vm_cores: cores = 1, vm_sockets: sockets = 1 } = wanted;
  return [
    ...balloonProblems(wanted, memory ?? Number(foundValues(wanted, world).get('memory') ?? NaN)),
    ...tooMany(cores * sockets, world.machine),
    ...tooMuch(memory ?? 0, world.machine),
  ];
};

function balloonProblems({ vm_balloon: balloon }: Wanted, memory: number): Problem[] {
  if (balloon === undefined || Number.isNaN(memory) || balloon <= memory) return [];
  const message = `is ${balloon}, more than the VM’s memory of ${memory}`;
  return [problem('PVE-VM-011', 'vm_balloon', message, `set it to at most ${memory}, or 0`)];
}

function tooMany(wanted: number, { name, cpus }: MachineFacts): Problem[] {
  if (cpus === undefined || wanted <= cpus) return [];
  const message = `the VM is to have ${wanted} CPUs, and ${name} has ${cpus}: it will not start there`;
  return [
    problem(
      'PVE-VM-012',
      'vm_cores',
      message,
      `set ${variableOf('vm_cores')} and ${variableOf('vm_sockets')} to ${cpus} at most`,
    ),
  ];
}

function tooMuch(wanted: number, { name, memoryMib }: MachineFacts): Problem[] {
  if (memoryMib === undefined || wanted <= memoryMib) return [];
  const message = `the VM is to have ${wanted} MiB, and ${name} has ${memoryMib}: it will hardly start there`;
  return [problem('PVE-VM-013', 'vm_memory', message, 'set it to less')];
}

export const checkFirmware: Check = ({ vm_uefi: uefi, vm_bios: bios }) =>
  uefi === true && bios === 'seabios'
    ? [problem('PVE-VM-014', 'vm_bios', `is seabios, and ${variableOf('vm_uefi')} is on`, 'set one of them')]
    : [];

/** Else PVE says so in the middle of the work, and leaves the volume of the EFI disk behind. */
export const checkEnrolledKeys: Check = (wanted, world) => {
  const { vm_uefi: uefi, vm_efi_pre_enrolled_keys: keys, vm_state: state } = wanted;
  const { name, hasKeyReader, versions } = world.machine;
  const isNew = state !== 'absent' && !foundValues(wanted, world).has('efidisk0');
  if (uefi !== true || keys !== true || !isNew || hasKeyReader || !readsKeys(versions.qemuServer ?? ''))
    return [];
  const message = `is on, and ${name} lacks virt-fw-vars, by which Proxmox VE reads the keys`;
  const fix = `install it with \`apt-get install python3-virt-firmware\`, or set ${variableOf('vm_efi_pre_enrolled_keys')}: false`;
  return [problem('PVE-VM-036', 'vm_efi_pre_enrolled_keys', message, fix)];
};

/** Devices that PVE would look for in vain; it takes the order all the same. */
export const checkBootOrder: Check = (wanted, world) => {
  const order = /(?:^|,)order=([^,]*)/.exec(wanted.vm_boot_order ?? '')?.[1];
  const isTold = !isMalformed(world, 'vm_networks') && !isMalformed(world, 'vm_disks');
  if (order === undefined || !isTold) return [];
  const known = new Set([
    ...foundValues(wanted, world).keys(),
    ...Object.keys({ ...wanted.vm_networks, ...wanted.vm_disks, ...wanted.vm_extra_config }),
    ...(wanted.vm_gpu ?? []).map((_, index) => `hostpci${index}`),
    ...(wantsImage(wanted) ? [imageDisk(wanted)] : []),
  ]);
  const lacking = order.split(';').filter(device => device !== '' && !known.has(device));
  return lacking.map(device =>
    problem(
      'PVE-VM-019',
      'vm_boot_order',
      `names ${device}, which the VM does not have`,
      `choose among ${[...known].filter(key => /^(?:scsi|virtio|sata|ide|net|hostpci)\d+$/.test(key)).join(', ')}`,
    ),
  );
};

/** `host` hands the node's own processor through, which an emulated one is not. */
export const checkProcessor: Check = ({ vm_arch: arch, vm_cpu_type: type = '' }, { machine }) => {
  const { architecture } = machine;
  const native = architecture === 'arm64' ? 'aarch64' : 'x86_64';
  if (
    architecture === undefined ||
    arch === undefined ||
    arch === native ||
    !/^(?:cputype=)?host\b/.test(type)
  )
    return [];
  const message = `is host, and the VM’s ${arch} is emulated on ${machine.name}`;
  return [problem('PVE-VM-025', 'vm_cpu_type', message, `set ${variableOf('vm_cpu_type')}: max`)];
};

/** The machine `virt` has no IDE (qemu-server 9.2 refuses to start such a VM). */
export const checkBuses: Check = ({ vm_arch: arch, vm_machine: machine = '', vm_disks: disks = {} }) => {
  if (arch !== 'aarch64' && !machine.startsWith('virt')) return [];
  return Object.keys(disks)
    .filter(slot => slot.startsWith('ide'))
    .map(slot =>
      problem(
        'PVE-VM-027',
        `vm_disks.${slot}`,
        'is on IDE, which the machine virt does not have',
        'move it to scsi',
      ),
    );
};
