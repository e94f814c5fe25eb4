import { withVmLock } from '../runtime/lock.ts';
import { assertUnlocked, loadConfig, saveConfig } from './store.ts';
import type { VmConfig } from './sections.ts';

/** Loads a configuration under its lock, lets `change` alter it and writes it back. */
export function changeConfig(
  vmid: number,
  change: (config: VmConfig) => Promise<void> | void,
): Promise<void> {
  return withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    await change(config);
    saveConfig(vmid, config);
  });
}

/** As `changeConfig`, but refuses while a task has locked the VM. */
export function changeUnlockedConfig(
  vmid: number,
  change: (config: VmConfig) => Promise<void> | void,
): Promise<void> {
  return changeConfig(vmid, async config => {
    assertUnlocked(config);
    await change(config);
  });
}
