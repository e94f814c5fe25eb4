import type { Parameters } from '../cli/command.ts';
import { isSet } from '../cli/command.ts';
import { vmidsOf } from '../config/cluster.ts';
import { assertUnlocked, loadConfig, saveConfig } from '../config/store.ts';
import type { Section } from '../config/sections.ts';
import { withVmLock } from '../runtime/lock.ts';
import { print } from '../runtime/output.ts';
import { contentOf, isDisabled, isOnNode, readStorages } from '../storage/config.ts';
import { listVolumes } from '../storage/volumes.ts';
import { changeDrive, drivesOf, formatDrive, isCdrom } from '../config/drive.ts';
import { formatSize } from '../storage/size.ts';
import { addUnused, isInSnapshot, isReferenced } from './unused.ts';

const NOT_A_DISK = /(?:^|\/)vm-\d+-(?:state|cloudinit)/;

interface Found {
  readonly volid: string;
  readonly vmid: number;
  readonly size: number;
}

/** `qm disk rescan`: adopts volumes that no configuration names and corrects sizes. */
export async function rescan(parameters: Parameters): Promise<void> {
  const isDryRun = isSet(parameters, 'dryrun');
  const only = parameters.get('vmid');
  if (isDryRun) print("NOTE: running in dry-run mode, won't write changes out!");
  print('rescan volumes...');
  const found = findVolumes();
  for (const vmid of only === undefined ? vmidsOf() : [Number(only)]) {
    await withVmLock(vmid, () => rescanVm(vmid, found, isDryRun));
  }
}

function rescanVm(vmid: number, found: readonly Found[], isDryRun: boolean): void {
  const config = loadConfig(vmid);
  assertUnlocked(config);
  const before = JSON.stringify([...config.current]);
  correctSizes(vmid, config.current, found);
  for (const { volid } of found.filter(volume => volume.vmid === vmid && !NOT_A_DISK.test(volume.volid))) {
    if (isReferenced(config.current, volid) || isInSnapshot(config.snapshots, volid)) continue;
    print(`VM ${vmid} add unreferenced volume '${volid}' as '${addUnused(config.current, volid)}' to config`);
  }
  if (!isDryRun && JSON.stringify([...config.current]) !== before) saveConfig(vmid, config);
}

function correctSizes(vmid: number, section: Section, found: readonly Found[]): void {
  for (const drive of drivesOf(section).filter(candidate => !isCdrom(candidate))) {
    const volume = found.find(({ volid }) => volid === drive.file);
    if (!volume) continue;
    const [old, size] = [drive.properties.get('size') ?? formatSize(0), formatSize(volume.size)];
    if (old === size) continue;
    print(`VM ${vmid} (${drive.slot}): size of disk '${drive.file}' updated from ${old} to ${size}`);
    section.set(drive.slot, formatDrive(changeDrive(drive, { size })));
  }
}

function findVolumes(): readonly Found[] {
  return readStorages()
    .filter(storage => !isDisabled(storage) && isOnNode(storage) && contentOf(storage).includes('images'))
    .flatMap(storage =>
      listVolumes(storage)
        .filter(({ content }) => content === 'images')
        .map(({ name, vmid = 0, size }) => ({ volid: `${storage.id}:${name}`, vmid, size })),
    );
}
