import { existsSync } from 'node:fs';
import { localNode } from '../config/cluster.ts';
import { drivesOf } from '../config/drive.ts';
import { byKey } from '../config/format.ts';
import { parseNet } from '../config/network.ts';
import type { Section } from '../config/sections.ts';
import { lacksNewKeys } from '../disks/efi-keys.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print, warn, warnAndCount } from '../runtime/output.ts';
import { isVersion9, nodeSettings } from '../runtime/settings.ts';
import { contentOf, findStorage } from '../storage/config.ts';
import { isVolumeId, parseVolumeId } from '../storage/volume-id.ts';
import { assertVolumeExists, volumeContent } from '../storage/volumes.ts';

/** Fails for what keeps QEMU from starting. 9.2 looks for the volumes before anything else, 8.4 after. */
export function assertStartable(config: Section): void {
  if (isVersion9()) assertVolumes(config);
  else assertCommandLine(config);
  if (config.get('bios') === 'ovmf' && lacksNewKeys(config)) sayKeysAreOld();
  if (isVersion9()) assertCommandLine(config);
  else assertVolumes(config);
  assertBridges(config);
}

/** Fails for what keeps PVE from putting the command line of a VM that does not run together. */
export function assertShowable(config: Section): void {
  if (isVersion9()) assertVolumes(config);
  assertCommandLine(config);
}

/** Fails for what no command line can be made of: a machine that is too new, hotplug without NUMA, a missing bridge. */
export function assertCommandLine(config: Section): void {
  assertMachineKnown(config.get('machine'));
  assertProcessors(config);
  if (config.get('bios') === 'ovmf' && !config.has('efidisk0'))
    warnAndCount('no efidisk configured! Using temporary efivars disk.');
  assertHotplugPossible(config);
  for (const { file } of drivesOf(config)) assertDrive(file);
  assertBridgesSeen(config);
}

// PVE goes on with how to enroll them; 8.4 does not count it as a warning.
function sayKeysAreOld(): void {
  const text =
    "EFI disk without 'ms-cert=2023k' option, suggesting that not all UEFI 2023\ncertificates from Microsoft are enrolled yet.";
  if (isVersion9()) warnAndCount(text);
  else print(text);
}

function assertMachineKnown(machine: string | undefined): void {
  const version = /-(\d+)\.(\d+)/.exec(machine ?? '');
  if (!version) return;
  const installed = nodeSettings().qemu;
  const [major = 0, minor = 0] = installed.split('.').map(Number);
  const [wantedMajor, wantedMinor] = [Number(version[1]), Number(version[2])];
  if (wantedMajor < major || (wantedMajor === major && wantedMinor <= minor)) return;
  const type = (machine ?? '').replace(/,.*$/, '').replace(/^type=/, '');
  const full = type.includes('+pve') ? type : `${type}+pve0`;
  throw new PveFailure(
    `Installed QEMU version '${installed}' is too old to run machine type '${full}', please upgrade node '${localNode()}'`,
  );
}

function assertProcessors(config: Section): void {
  const wanted = Number(config.get('sockets') ?? 1) * Number(config.get('cores') ?? 1);
  const { cpus } = nodeSettings();
  if (cpus > 0 && wanted > cpus) throw new PveFailure(`MAX ${cpus} vcpus allowed per VM on this node`);
}

function assertHotplugPossible(config: Section): void {
  const features = (config.get('hotplug') ?? '').split(/[,; ]+/);
  if (features.includes('memory') && config.get('numa') !== '1') {
    throw new PveFailure('NUMA needs to be enabled for memory hotplug');
  }
}

function assertDrive(file: string): void {
  if (file === 'cdrom') warnAndCount('no physical CD-ROM available, ignoring');
  if (!isVolumeId(file)) return;
  const { storage } = parseVolumeId(file);
  const content = volumeContent(file);
  if (!contentOf(findStorage(storage)).includes(content))
    throw new PveFailure(`storage '${storage}' does not support content-type '${content}'`);
}

function assertVolumes(config: Section): void {
  for (const { file } of drivesOf(config)) if (isVolumeId(file)) assertVolumeExists(file);
}

/** A bridge that the node lacks, and whether PVE looks at it itself: for the MTU of a virtio card, from 9 on always. */
interface MissingBridge {
  readonly text: string;
  readonly isSeen: boolean;
}

function missingBridges(config: Section): readonly MissingBridge[] {
  return [...config]
    .filter(([key]) => /^net\d+$/.test(key))
    .sort(byKey)
    .flatMap(([, value]) => {
      const net = parseNet(value);
      const bridge = net.get('bridge');
      if (bridge === undefined || existsSync(`/sys/class/net/${bridge}`)) return [];
      const isSeen = net.get('model') === 'virtio' && (isVersion9() || net.has('mtu'));
      return [{ text: `bridge '${bridge}' does not exist`, isSeen }];
    });
}

function assertBridgesSeen(config: Section): void {
  const missing = missingBridges(config).find(({ isSeen }) => isSeen);
  if (missing) throw new PveFailure(missing.text);
}

// The script that QEMU calls for a card fails, and QEMU with it.
function assertBridges(config: Section): void {
  const [missing] = missingBridges(config);
  if (!missing) return;
  warn(missing.text);
  throw new PveFailure('start failed: QEMU exited with code 1');
}
