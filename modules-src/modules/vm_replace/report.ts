import { volumeIn } from '../../pve/replacement/stage.ts';
import { nextValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { EFI_SLOT, slotOf } from '../../pve/vms/replacement-note.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { volumesIn, idOf } from '../../pve/vms/volumes.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { dueOf } from './due.ts';
import { labelOf, type Observed, type Wanted } from './wanted.ts';

const configOf = ({ vm }: Observed) => vm.record?.config ?? parseVmConfig('');

/** Disks that this run was to remove, and that something else names, or that nothing proves to be what its notes say. */
export function replaceNotices(wanted: Wanted, observed: Observed, first: Observed): Notices {
  const before = oldOnes(wanted, first);
  const config = configOf(observed);
  const left = volumesIn(config).filter(
    ({ key, volume }) => key.startsWith('unused') && before.includes(idOf(volume)),
  );
  if (left.length === 0 || isUnderWay(wanted, observed)) return {};
  const names = left.map(({ key, volume }) => `${idOf(volume)} as ${key}`).join(', ');
  const remove = `\`qm set ${wanted.vmid} --delete ${left.map(({ key }) => key).join(',')}\``;
  const why = first.isProven
    ? `something else names them: ${names}; remove them when nothing does any more, with ${remove}`
    : `nothing but its notes, which anybody may edit, says that they are left of a replacement: ${names}; if that is right, remove them with ${remove}`;
  return { warnings: [`old disks of ${labelOf(wanted)} stay, because ${why}`] };
}

/** Volumes that the first look found to be the old ones, the disk first, and those of new ones that had failed. */
function oldOnes({ vmid, disk }: Wanted, first: Observed): readonly (string | undefined)[] {
  const config = configOf(first);
  const note = readMarker(config.get('description'), vmid)?.replacing;
  if (note === undefined) return [disk, EFI_SLOT].map(slot => volumeIn(slot, nextValues(config)));
  const drives = new Map(Object.entries(note.drives));
  return [...[slotOf(note), EFI_SLOT].map(slot => volumeIn(slot, drives)), ...(note.failed ?? [])];
}

const isUnderWay = ({ vmid }: Wanted, observed: Observed): boolean =>
  readMarker(configOf(observed).get('description'), vmid)?.replacing !== undefined;

export function replaceReport(
  wanted: Wanted,
  observed: Observed,
  first: Observed,
): Readonly<Record<string, unknown>> {
  const volume = volumeIn(wanted.disk, nextValues(configOf(observed)));
  const before = oldOnes(wanted, first)[0];
  const replaced = volume !== undefined && volume !== before && !isUnderWay(wanted, observed);
  return {
    ...(volume !== undefined && { volume }),
    replaced,
    ...summaryOf(wanted, observed, replaced),
  };
}

/** In check mode nothing was done yet. */
function summaryOf(wanted: Wanted, observed: Observed, replaced: boolean): { readonly summary?: string } {
  const image = observed.path.split('/').at(-1) ?? '';
  if (replaced) return { summary: `system: replaced by that of ${image}` };
  if (!observed.checkMode) return {};
  if (observed.around !== undefined) return { summary: `system: to be replaced by that of ${image}` };
  return dueOf(wanted, observed, configOf(observed)) === 'unknown'
    ? { summary: `system: to be replaced if ${image}, which is still to be fetched, is another image` }
    : {};
}
