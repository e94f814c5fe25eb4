import { readMarker } from '../../pve/vms/marker.ts';
import type { VmConfig } from '../../pve/text/vm-config.ts';
import type { Observed, Wanted } from './wanted.ts';

/** Whether a VM is to get a new system. One without a disk gets its first one elsewhere; of a disk of no image nothing is known. */
export function isDue(
  { replace, vmid, disk, image_outdated: isOutdated = false }: DueWish,
  { wantedDigest, path, checkMode }: Pick<Observed, 'wantedDigest' | 'path' | 'checkMode'>,
  config: VmConfig,
): boolean {
  if (replace === 'never' || !config.has(disk)) return false;
  if (replace === 'always') return true;
  const { image, digest } = readMarker(config.get('description'), vmid) ?? {};
  if (image === undefined) return false;
  return (checkMode && isOutdated) || isOtherImage({ image, digest }, wantedDigest, path);
}

type DueWish = Pick<Wanted, 'replace' | 'vmid' | 'disk' | 'image_outdated'>;

/**
 * Digests of one kind decide; else the names do, which are the same by both doors but for the digest that a storage has in
 * them.
 */
function isOtherImage(
  { image, digest: before }: { readonly image: string; readonly digest: string | undefined },
  digest: string | undefined,
  path: string,
): boolean {
  const [kind, beforeKind] = [digest, before].map(text => text?.split(':', 1)[0]);
  return digest !== undefined && kind === beforeKind ? digest !== before : stemOf(image) !== stemOf(path);
}

const stemOf = (path: string): string =>
  (path.split(/[/:]/).at(-1) ?? '').replace(/\.\w+$/, '').replace(/-[0-9a-f]{12}$/, '');
