import { basename } from 'node:path';
import { readConfigText } from '../config/cluster.ts';
import { PveFailure } from '../runtime/failure.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { isRunning } from './process.ts';

/**
 * Fails for an image that a running guest has open, where QEMU locks images. PVE's own does not; who builds a node of
 * Debian's packages meets it, and PVE looks into every image of a VM before it names a new one.
 */
export function assertNotOpen(path: string): void {
  if (!nodeSettings().imageLocks) return;
  const vmid = Number(/\/images\/(\d+)\/[^/]+$/.exec(path)?.[1] ?? 0);
  if (vmid === 0 || !isRunning(vmid)) return;
  const [current = ''] = readConfigText(vmid).split('\n[');
  const drives = current.match(/^(?:efidisk|ide|sata|scsi|tpmstate|virtio)\d+: .*$/gm) ?? [];
  if (!drives.some(drive => drive.includes(`/${basename(path)}`) && !drive.includes('media=cdrom'))) return;
  throw new PveFailure(
    `qemu-img: Could not open '${path}': Failed to get shared "write" lock\nIs another process using the image [${path}]?`,
  );
}
