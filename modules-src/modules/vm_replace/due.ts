import { isOutdatedBy } from '../../pve/images/digest.ts';
import { slotOf, type ReplacementNote } from '../../pve/vms/replacement-note.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import type { VmConfig } from '../../pve/text/vm-config.ts';
import type { Observed, Wanted } from './wanted.ts';

/** Whether a VM is to get a new system; `unknown` where the image that would tell is still to be fetched. */
type Due = 'yes' | 'no' | 'unknown';

type DueWish = Pick<Wanted, 'replace' | 'vmid' | 'disk' | 'next_image'>;
type FoundImage = Pick<Observed, 'wantedDigest' | 'path' | 'checkMode'>;

/** One without a disk gets its first one elsewhere; of a disk of no image nothing is known. */
export function dueOf(
  { replace, vmid, disk, next_image: next }: DueWish,
  { wantedDigest, path, checkMode }: FoundImage,
  config: VmConfig,
): Due {
  if (replace === 'never' || !config.has(disk)) return 'no';
  if (replace === 'always') return 'yes';
  const { image, digest } = readMarker(config.get('description'), vmid) ?? {};
  if (image === undefined) return 'no';
  const isOther = isOtherImage({ image, digest }, wantedDigest, path);
  if (!checkMode || next === 'same') return isOther ? 'yes' : 'no';
  return isOutdatedBy(next, digest, wantedDigest) ? 'yes' : 'unknown';
}

/** Whether a replacement that was begun is still wanted, and of that disk. */
export const goesOn = (
  wanted: DueWish,
  found: FoundImage,
  config: VmConfig,
  note: ReplacementNote,
): boolean => slotOf(note) === wanted.disk && dueOf(wanted, found, config) !== 'no';

export const isDue = (...about: Parameters<typeof dueOf>): boolean => dueOf(...about) === 'yes';

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
