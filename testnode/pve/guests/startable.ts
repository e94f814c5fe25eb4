import { existsSync } from 'node:fs';
import { localNode } from '../config/cluster.ts';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { warn } from '../runtime/output.ts';
import { isVolumeId } from '../storage/volume-id.ts';
import { assertVolumeExists } from '../storage/volumes.ts';
import { drivesOf } from '../config/drive.ts';
import { QEMU_VERSION } from '../settings/identity.ts';
import { parseNet } from '../config/network.ts';

/** Fails for what keeps QEMU from starting: missing volumes and bridges, a machine that is too new, hotplug without NUMA. */
export function assertStartable(config: Section): void {
  assertMachineKnown(config.get('machine'));
  assertHotplugPossible(config);
  for (const drive of drivesOf(config)) if (isVolumeId(drive.file)) assertVolumeExists(drive.file);
  for (const [key, value] of config) if (/^net\d+$/.test(key)) assertBridge(parseNet(value).get('bridge'));
}

function assertMachineKnown(machine: string | undefined): void {
  const version = /-(\d+)\.(\d+)/.exec(machine ?? '');
  if (!version) return;
  const [major = 0, minor = 0] = QEMU_VERSION.split('.').map(Number);
  const [wantedMajor, wantedMinor] = [Number(version[1]), Number(version[2])];
  if (wantedMajor < major || (wantedMajor === major && wantedMinor <= minor)) return;
  const type = (machine ?? '').replace(/,.*$/, '').replace(/^type=/, '');
  throw new PveFailure(
    `Installed QEMU version '${QEMU_VERSION}' is too old to run machine type '${type}', please upgrade node '${localNode()}'`,
  );
}

function assertHotplugPossible(config: Section): void {
  const features = (config.get('hotplug') ?? '').split(/[,; ]+/);
  if (features.includes('memory') && config.get('numa') !== '1') {
    throw new PveFailure('NUMA needs to be enabled for memory hotplug');
  }
}

function assertBridge(bridge: string | undefined): void {
  if (bridge === undefined || existsSync(`/sys/class/net/${bridge}`)) return;
  warn(`bridge '${bridge}' does not exist`);
  throw new PveFailure('start failed: QEMU exited with code 1');
}
