import type { VmRecord } from '../guest.ts';
import type { TemplateTest } from './options.ts';
import { readMarker, type Marker } from '../marker.ts';
import { doubtOf } from '../provenance.ts';
import { touches } from '../removal.ts';
import { isTemplate } from '../../text/vm-config.ts';
import { isWholeTemplate } from '../template-disks.ts';

/** One generation of a template. */
export interface Generation {
  readonly record: VmRecord;
  readonly number: number;
  /**
   * A template with all its disks converted, which has passed its test if it was made for one, and has its like on other
   * nodes if it was made for those; else one that no run has finished.
   */
  readonly isWhole: boolean;
  readonly marker: Marker | undefined;
  /** Why it is not provably the one that this role made: then it is neither renamed nor removed. */
  readonly doubt: string | undefined;
  /** It is in doubt, and not under the family's name: somebody has taken it for something else. */
  readonly isTaken: boolean;
  /** Somebody has changed something about it: then it is not finished either. */
  readonly isTouched: boolean;
}

/** Which template: by its name, and by the VMID that is given for its first generation. */
export interface Family {
  readonly name: string;
  readonly vmid?: number | undefined;
  /** What its generations must pass; with `none` one that was made for a test is as good as any. */
  readonly template_test?: TemplateTest | undefined;
  /** Nodes that it is to be on; with none but its own, one that waits for its like is as good as any. */
  readonly template_nodes?: readonly string[] | undefined;
}

export const nameOf = ({ config }: VmRecord): string => config.get('name') ?? '';

/**
 * The generations of a template on a node, newest first. One without the mark of a generation was made before they
 * were counted and is the first; clones and VMs of somebody else are none, whatever their name.
 */
export function generationsOf(
  family: Family,
  node: string,
  records: readonly VmRecord[],
): readonly Generation[] {
  return records
    .filter(record => record.kind === 'qemu' && record.node === node)
    .flatMap(record => {
      const marker = readMarker(record.config.get('description'), record.vmid);
      const number = numberOf(record, marker, family);
      if (number === undefined) return [];
      const doubt = doubtOf(record);
      const isTaken = doubt !== undefined && nameOf(record) !== family.name;
      return [
        {
          record,
          number,
          marker,
          isWhole: isWholeTemplate(record.config) && !isCandidate(family, node, marker),
          doubt,
          isTaken,
          isTouched: touches(record, !isTemplate(record.config)).length > 0,
        },
      ];
    })
    .sort((a, b) => b.number - a.number || b.record.vmid - a.record.vmid);
}

function isCandidate(family: Family, node: string, marker: Marker | undefined): boolean {
  const { untested = false, held = false } = marker?.generation ?? {};
  const isAlone = family.template_nodes?.every(other => other === node) === true;
  return (untested && family.template_test !== 'none') || (held && !isAlone);
}

function numberOf(record: VmRecord, marker: Marker | undefined, family: Family): number | undefined {
  if (marker?.generation !== undefined)
    return marker.generation.family === family.name ? marker.generation.number : undefined;
  if (nameOf(record) !== family.name || marker?.clonedFrom !== undefined) return undefined;
  // Whoever gives its VMID means it; else it must be a template that this role made.
  if (family.vmid !== undefined) return record.vmid === family.vmid ? 1 : undefined;
  return marker !== undefined && isTemplate(record.config) ? 1 : undefined;
}

/** The newest that is whole. */
export const currentOf = (generations: readonly Generation[]): Generation | undefined =>
  generations.find(({ isWhole, isTaken }) => isWhole && !isTaken);

/** What a template is to be made of now. */
export interface Recipe {
  /** Digest of the image; undefined where there is none, or nothing tells. */
  readonly digest: string | undefined;
  /** Digest of the settings. */
  readonly settings: string;
}

/** Why a generation is not what would be made now; nothing when it is. */
export function behindReasons({ marker, isWhole }: Generation, recipe: Recipe): string[] {
  const stamp = marker?.generation?.settings;
  // A generation that has no disk yet will get the image of now.
  const isImported = isWhole || marker?.digest !== undefined;
  return [
    ...(isImported ? imageReasons(marker, recipe.digest) : []),
    ...(stamp === undefined ? ['what settings it was made with is not known'] : []),
    ...(stamp !== undefined && stamp !== recipe.settings ? ['its settings are not those of now'] : []),
  ];
}

/** Why a VM is not of the image that has that digest. */
export function imageReasons(marker: Marker | undefined, digest: string | undefined): string[] {
  if (digest === undefined || marker?.digest === digest) return [];
  return [`it was made of ${shortened(marker?.digest)}, and the image is ${shortened(digest)} now`];
}

/** The first characters are enough to tell images apart. */
const shortened = (digest: string | undefined): string =>
  digest?.replace(/(:.{12}).+$/, '$1…') ?? 'an unknown image';
