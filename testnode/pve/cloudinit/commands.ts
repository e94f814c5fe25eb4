import type { Parameters } from '../cli/command.ts';
import { given, vmidOf } from '../cli/command.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import { withPending } from '../config/sections.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print } from '../runtime/output.ts';
import { isRunning } from '../running/process.ts';
import { updateCloudInitDrive } from './drive-image.ts';
import { generateParts } from './parts.ts';

/** `qm cloudinit dump` */
export function dumpCloudInit(parameters: Parameters): void {
  print(cloudInitPart(parameters));
}

/** A part of the cloud-init drive as PVE generates it. */
export function cloudInitPart(parameters: Parameters): string {
  const vmid = vmidOf(parameters);
  const type = given(parameters, 'type');
  const parts = generateParts(vmid, withPending(loadConfig(vmid)));
  return type === 'user' ? parts.user : type === 'network' ? parts.network : parts.meta;
}

/** `qm cloudinit update`: writes the drive anew, with what waits for a restart. */
export function updateCloudInit(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  return withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    assertUnlocked(config);
    await updateCloudInitDrive(vmid, isRunning(vmid) ? config.current : withPending(config));
    if (config.cloudInit.size === 0) return;
    config.cloudInit.clear();
    saveConfig(vmid, config);
  });
}
