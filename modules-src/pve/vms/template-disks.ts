import { driveKeys, isCdrom, isCloudInitDrive, isTemplate } from '../text/vm-config.ts';
import { driveVolume } from '../text/volume-id.ts';

/** Disks of a template are base images; CD-ROMs and the cloud-init drive are not converted. */
function unconvertedDisks(config: ReadonlyMap<string, string>): string[] {
  return driveKeys(config).filter(key => {
    const drive = config.get(key) ?? '';
    return !isCdrom(drive) && !isCloudInitDrive(drive) && driveVolume(drive)?.isBase === false;
  });
}

/** The flag alone says nothing: PVE sets it before it converts the disks. */
export const isWholeTemplate = (config: ReadonlyMap<string, string>): boolean =>
  isTemplate(config) && unconvertedDisks(config).length === 0;
