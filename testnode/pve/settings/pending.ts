import { saveConfig } from '../config/store.ts';
import type { VmConfig } from '../config/sections.ts';
import { isDriveSlot, parseDrive } from '../config/drive.ts';
import { detachDrive, dropUnused } from '../disks/unused.ts';

/** Applies all pending changes of a VM that does not run, and stores the result. */
export async function applyPending(vmid: number, config: VmConfig): Promise<void> {
  if (config.pending.size + config.pendingDelete.size + config.cloudInit.size === 0) return;
  for (const [name, { force }] of [...config.pendingDelete].sort()) {
    config.pendingDelete.delete(name);
    if (isDriveSlot(name)) await detachDrive(vmid, config, name, force);
    else config.current.delete(name);
  }
  for (const [name, value] of [...config.pending].sort()) {
    config.pending.delete(name);
    await applyValue(vmid, config, name, value);
  }
  config.cloudInit.clear();
  saveConfig(vmid, config);
}

/** Forgets what waits and would change nothing (pve-guest-common 6.0, cleanup_pending); whether there was any. */
export function dropSettled({ current, pending, pendingDelete }: VmConfig): boolean {
  const values = [...pending].filter(([name, value]) => current.get(name) === value);
  const removals = [...pendingDelete.keys()].filter(name => !current.has(name));
  for (const [name] of values) pending.delete(name);
  for (const name of removals) pendingDelete.delete(name);
  return values.length + removals.length > 0;
}

/** Gives an option its new value; a drive that it replaces becomes unused. */
export async function applyValue(vmid: number, config: VmConfig, name: string, value: string): Promise<void> {
  if (isDriveSlot(name)) {
    const drive = parseDrive(name, value);
    if (parseDrive(name, config.current.get(name) ?? '').file !== drive.file)
      await detachDrive(vmid, config, name);
    dropUnused(config.current, drive.file);
  }
  config.current.set(name, value);
}
