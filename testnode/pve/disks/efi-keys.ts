import { changeDrive, formatDrive, parseDrive } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import { isTemplate } from '../config/sections.ts';
import type { Section } from '../config/sections.ts';
import type { Parameters } from '../cli/command.ts';
import { vmidOf } from '../cli/command.ts';
import { PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print } from '../runtime/output.ts';
import { isRunning } from '../running/process.ts';

/** The mark of an EFI disk that knows Microsoft's certificates of 2023; QEMU does not look at it. */
export const NEW_KEYS = { 'ms-cert': '2023k' } as const;

/** `qm enroll-efi-keys`: marks the EFI disk; the disk itself keeps its keys, for no guest here asks for new ones. */
export function enrollKeys(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  return withVmLock(vmid, () => {
    const config = loadConfig(vmid);
    assertUnlocked(config);
    if (isRunning(vmid)) throw new PveFailure(`VM ${vmid} is running`);
    if (isTemplate(config)) throw new PveFailure(`VM ${vmid} is a template`);
    const disk = efiDisk(config.current);
    if (!disk) throw new PveFailure(`VM ${vmid} has no EFI disk configured`);
    if (!lacksNewKeys(config.current)) {
      print('skipping - no pre-enrolled keys or already got ms-cert=2023k marker');
      return;
    }
    print('efidisk0: enrolling Microsoft UEFI CA 2023');
    config.current.set('efidisk0', formatDrive(changeDrive(disk, NEW_KEYS)));
    saveConfig(vmid, config);
    print('successfully updated efidisk');
  });
}

/** True for a VM whose EFI disk has keys enrolled, but not those of 2023. */
export function lacksNewKeys(config: Section): boolean {
  const disk = efiDisk(config);
  if (disk?.properties.get('pre-enrolled-keys') !== '1') return false;
  return disk.properties.get('ms-cert') !== NEW_KEYS['ms-cert'];
}

function efiDisk(config: Section): Drive | undefined {
  const text = config.get('efidisk0');
  return text === undefined ? undefined : parseDrive('efidisk0', text);
}
