import { readMarker, type Marker } from '../../pve/vms/marker.ts';
import type { VmConfig } from '../../pve/text/vm-config.ts';
import type { Observed, Wanted } from './wanted.ts';

/** Whether a VM is to get a new system, as far as its image says; one without a disk gets its first one elsewhere. */
export function isDue(
  { replace, vmid, disk }: Pick<Wanted, 'replace' | 'vmid' | 'disk'>,
  { wantedDigest, path }: Pick<Observed, 'wantedDigest' | 'path'>,
  config: VmConfig,
): boolean {
  if (replace === 'never' || !config.has(disk)) return false;
  const marker = readMarker(config.get('description'), vmid);
  return replace === 'always' || isOtherImage(marker, wantedDigest, path);
}

/**
 * Digests of one kind decide; else the names do, which are the same by both doors but for the digest that a storage has in
 * them. Of a disk that was made of no image of ours nothing is known.
 */
function isOtherImage(marker: Marker | undefined, digest: string | undefined, path: string): boolean {
  const { image, digest: before } = marker ?? {};
  if (image === undefined) return false;
  const [kind, beforeKind] = [digest, before].map(text => text?.split(':', 1)[0]);
  if (digest !== undefined && kind === beforeKind) return digest !== before;
  return stemOf(image) !== stemOf(path);
}

const stemOf = (path: string): string =>
  (path.split(/[/:]/).at(-1) ?? '').replace(/\.\w+$/, '').replace(/-[0-9a-f]{12}$/, '');
