import type { Accelerator } from './accelerator.ts';
import { isQ35, propertiesOf } from './device.ts';
import type { GuestConfig, VolumePath } from './device.ts';
import { driveArguments } from './drive-arguments.ts';
import { firmwareArguments, tpmArguments } from './firmware-arguments.ts';
import { networkArguments } from './network-arguments.ts';
import { runFiles } from './run-files.ts';
import type { RunFiles } from './run-files.ts';

const DEFAULT_MEMORY = '512';
/** x86-64-v2, which current distributions need; QEMU emulates more, but slowly. */
const EMULATED_CPU = 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16';
/** MiB for translated code. QEMU's own choice is a gigabyte per guest. */
const TRANSLATION_BUFFER = 256;

/** What is needed to write down a VM's QEMU command line. */
export interface GuestPlan {
  readonly vmid: number;
  readonly config: GuestConfig;
  readonly volumePath: VolumePath;
  readonly accelerator: Accelerator;
}

/** QEMU's arguments for a VM's configuration. */
export function qemuArguments({ vmid, config, volumePath, accelerator }: GuestPlan): readonly string[] {
  const files = runFiles(vmid);
  return [
    ...['-name', `${config.get('name') ?? `vm${vmid}`},debug-threads=on`, '-nodefaults'],
    ...machineArguments(config, accelerator),
    ...['-chardev', `socket,id=qmp,path=${files.qmp},server=on,wait=off`, '-mon', 'chardev=qmp,mode=control'],
    ...['-pidfile', files.pid, '-daemonize', '-display', 'none', '-rtc', 'base=utc'],
    ...identityArguments(config),
    ...firmwareArguments(config, volumePath, files),
    ...tpmArguments(config, files),
    ...displayArguments(config),
    ...serialArguments(config, files),
    ...agentArguments(config, files),
    // Entropy: an emulated guest would wait long for its own.
    ...['-device', 'virtio-rng-pci'],
    ...driveArguments(config, volumePath),
    ...networkArguments(vmid, config),
  ];
}

function machineArguments(config: GuestConfig, accelerator: Accelerator): readonly string[] {
  const sockets = Number(config.get('sockets') ?? 1);
  const cores = Number(config.get('cores') ?? 1);
  const memory =
    propertiesOf(config.get('memory') ?? DEFAULT_MEMORY, 'current').get('current') ?? DEFAULT_MEMORY;
  return [
    ...['-machine', `type=${isQ35(config) ? 'q35' : 'pc'}`],
    ...['-accel', accelerator === 'kvm' ? 'kvm' : `tcg,tb-size=${TRANSLATION_BUFFER}`],
    ...['-cpu', accelerator === 'kvm' ? 'host' : EMULATED_CPU],
    ...['-smp', `${sockets * cores},sockets=${sockets},cores=${cores}`, '-m', memory],
  ];
}

function identityArguments(config: GuestConfig): readonly string[] {
  const uuid = propertiesOf(config.get('smbios1') ?? '').get('uuid');
  const generation = config.get('vmgenid');
  return [
    ...(uuid === undefined ? [] : ['-smbios', `type=1,uuid=${uuid}`]),
    ...(generation === undefined || generation === '0' ? [] : ['-device', `vmgenid,guid=${generation}`]),
  ];
}

function displayArguments(config: GuestConfig): readonly string[] {
  const type = propertiesOf(config.get('vga') ?? 'std', 'type').get('type') ?? 'std';
  return type === 'none' || type.startsWith('serial') ? [] : ['-device', 'VGA,id=vga'];
}

function serialArguments(config: GuestConfig, files: RunFiles): readonly string[] {
  return [...config]
    .filter(([option]) => /^serial\d$/.test(option))
    .flatMap(([port, kind]) => {
      if (kind !== 'socket') throw new Error(`${port}: the test node has no serial port ${kind} to pass on`);
      const socket = files.serial(port);
      const channel = `socket,id=${port},path=${socket},server=on,wait=off,logfile=${socket}.log`;
      return ['-chardev', channel, '-device', `isa-serial,chardev=${port}`];
    });
}

function agentArguments(config: GuestConfig, files: RunFiles): readonly string[] {
  const enabled = propertiesOf(config.get('agent') ?? '0', 'enabled').get('enabled');
  if (enabled !== '1') return [];
  return [
    ...[
      '-chardev',
      `socket,path=${files.agent},server=on,wait=off,id=qga0`,
      '-device',
      'virtio-serial,id=qga0',
    ],
    ...['-device', 'virtserialport,chardev=qga0,name=org.qemu.guest_agent.0'],
  ];
}
