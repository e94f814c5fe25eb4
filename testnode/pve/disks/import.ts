import type { Parameters } from '../cli/command.ts';
import { given, vmidOf } from '../cli/command.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import { PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print, warn } from '../runtime/output.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { contentOf, usableStorage } from '../storage/config.ts';
import { allocateVolume, fillVolume, freeVolume } from '../storage/volumes.ts';
import { supportedFormat } from './image-format.ts';
import { trustedSource } from './import-source.ts';
import { addUnused } from './unused.ts';

const FAILED = 39;

/** `qm disk import`: copies first and locks the VM last, in the process of the command itself. */
export async function importDisk(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  const storage = given(parameters, 'storage');
  const path = given(parameters, 'source');
  assertUnlocked(loadConfig(vmid));
  const source = trustedSource(path);
  assertStorage(storage);

  print(`importing disk '${path}' to VM ${vmid} ...`);
  const format = chooseFormat(storage, parameters.get('format'));
  const volid = await allocateVolume({ storage, vmid, format, bytes: source.size });
  try {
    await fillVolume(volid, source, source.size);
    announce(volid, await attach(vmid, volid, parameters.get('target-disk')));
  } catch (error) {
    await freeVolume(volid);
    throw error instanceof PveFailure ? new PveFailure(error.message, FAILED) : error;
  }
}

function attach(vmid: number, volid: string, target: string | undefined): Promise<string> {
  return withVmLock(vmid, () => {
    const config = loadConfig(vmid);
    assertUnlocked(config);
    if (target === undefined || target.startsWith('unused')) {
      const slot = addUnused(config.current, volid);
      saveConfig(vmid, config);
      return slot;
    }
    if (config.current.has(target)) {
      throw new PveFailure(`cowardly refusing to overwrite existing entry: ${target}`);
    }
    config.current.set(target, volid);
    saveConfig(vmid, config);
    return target;
  });
}

function announce(volid: string, slot: string): void {
  print(
    nodeSettings().version === '8.2.6'
      ? `Successfully imported disk as '${slot}:${volid}'`
      : `${slot}: successfully imported disk '${volid}'`,
  );
}

function assertStorage(id: string): void {
  if (!contentOf(usableStorage(id)).includes('images')) {
    throw new PveFailure(`storage ${id} does not support vm images`);
  }
}

function chooseFormat(storage: string, wanted: string | undefined): 'raw' | 'qcow2' | 'vmdk' {
  const format = supportedFormat(storage, wanted);
  if (wanted !== undefined && wanted !== format) {
    warn(`format '${wanted}' is not supported by storage ${storage} - using '${format}' instead`);
  }
  return format;
}
