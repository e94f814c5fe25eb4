import { generationName } from './generations/name.ts';
import type { VmRecord } from './guest.ts';
import { isTemplate } from '../text/vm-config.ts';
import { readMarker } from './marker.ts';
import { volumesIn } from './volumes.ts';

/**
 * Why a VM is not provably the one that this role made; undefined: it is. A marker alone proves nothing: it goes with every
 * copy of the notes, and fits again when the copy is restored under the VMID that it names. What no copy keeps is the
 * `vmgenid`: PVE makes a new one in `qm clone`, `qmrestore` (with and without `--unique`) and `qm rollback`, and leaves it
 * alone in `qm template`, `start`, `migrate` and when the VM is renamed (qemu-server 8.4 and 9.2; docs/pve-notes/qm.md).
 */
export function doubtOf({ vmid, node, config }: VmRecord): string | undefined {
  const marker = readMarker(config.get('description'), vmid);
  const name = config.get('name') ?? '';
  if (marker === undefined) return 'it has no mark of this role';
  const { id, generation } = marker;
  if (id === undefined) return 'its mark does not say with which vmgenid it was made';
  if (!/-/.test(config.get('vmgenid') ?? '')) return 'it has no vmgenid, which would tell it from a copy';
  if (config.get('vmgenid') !== id)
    return 'its vmgenid is not the one that it was made with: it is a copy, was restored, or rolled back';
  if (!isTemplate(config) && volumesIn(config).some(({ volume }) => volume.isBase))
    return 'it was a template, and somebody has taken that back';
  if (marker.node !== node) return `it was made on node ${marker.node ?? ''} and moved to ${node}`;
  if (generation === undefined) return undefined;
  const names = [generation.family, generationName(generation.family, generation.number)];
  return names.includes(name) ? undefined : `it was renamed to ${name}`;
}
