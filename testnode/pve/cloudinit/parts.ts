import { createHash } from 'node:crypto';
import type { Section } from '../config/sections.ts';
import { windowsVersion } from '../config/windows.ts';
import { configDriveMeta, networkInterfaces } from './config-drive.ts';
import { networkVersion1 } from './network-config.ts';
import { userData } from './user-data.ts';

/** The parts of a cloud-init drive. */
export type PartName = 'user' | 'network' | 'meta' | 'vendor';
export type Parts = Readonly<Record<PartName, string>>;

/** The format of the drive: what `citype` says, else what fits the guest. */
export function driveFormat(config: Section): 'nocloud' | 'configdrive2' | 'opennebula' {
  const type = config.get('citype');
  if (type === 'configdrive2' || type === 'opennebula' || type === 'nocloud') return type;
  return windowsVersion(config.get('ostype')) > 0 ? 'configdrive2' : 'nocloud';
}

/** All parts as PVE generates them; `cicustom` is not looked at, as in `qm cloudinit dump`. */
export function generateParts(vmid: number, config: Section): Parts {
  const user = userData(vmid, config);
  const isNoCloud = driveFormat(config) === 'nocloud';
  const network = isNoCloud ? networkVersion1(config) : networkInterfaces(config);
  // The instance is a new one for cloud-init when what it is told has changed.
  const id = createHash('sha1')
    .update(user + network)
    .digest('hex');
  return { user, network, meta: isNoCloud ? `instance-id: ${id}\n` : configDriveMeta(id), vendor: '' };
}
