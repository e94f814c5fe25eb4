import { createHash } from 'node:crypto';
import { isDictionary, parseJson } from '../../sdk/dictionary.ts';
import { isReplacementNote, type ReplacementNote } from './replacement-note.ts';

/**
 * What we made a VM from, kept as the last line of its description (PVE's notes view hides HTML comments). It counts
 * only when its vmid is the VM's own, because `qm clone` copies the description. It says where a VM came from, not that
 * the VM is ours: that is for provenance.ts.
 */
export interface Marker {
  readonly vmid: number;
  /**
   * The `vmgenid` that the VM was made with, where it has one of ours: PVE gives a copy, a restored VM and one that was
   * rolled back another. Also the name of what belongs to this VM alone, such as its snippets.
   */
  readonly id?: string;
  /** Node that it was made on. */
  readonly node?: string;
  /** Bytes of the disks that we made for it, by their slots; 0 where PVE chooses the size. */
  readonly disks?: Readonly<Record<string, number>>;
  /** The VM was there before anything of ours was. */
  readonly adopted?: true;
  /** Source of the boot disk: the image file's name. */
  readonly image?: string;
  /** Digest of that file, `<algorithm>:<hex>`, when it was verified. */
  readonly digest?: string;
  /** Bytes the boot disk was to have when it was imported. */
  readonly diskSize?: number;
  /** Template that a clone was made from. */
  readonly clonedFrom?: number;
  /** Generation of a template that this VM exists to try. */
  readonly trialOf?: number;
  /** Which generation of a template it is, where templates give way to newer ones. */
  readonly generation?: GenerationMark;
  /** The VM holds the data disks of the cluster, and is no guest. */
  readonly holder?: true;
  /** It is getting a new system. */
  readonly replacing?: ReplacementNote;
  /** Digest of the other fields, the notes and the tags, as we left them. */
  readonly seal?: string;
}

/** Stamped when a generation of a template is created, so that any later run knows it again. */
export interface GenerationMark {
  /** Name that moves from generation to generation. */
  readonly family: string;
  readonly number: number;
  /** Digest of the settings that it was made with; absent: unknown. */
  readonly settings?: string | undefined;
  /** It was made to be tested, and has not passed: until then it is a candidate. */
  readonly untested?: boolean | undefined;
  /** It is to have its like on other nodes, and has had no name of its family yet: until then it is a candidate, too. */
  readonly held?: boolean | undefined;
  /** Digest of the test that it has passed. */
  readonly passed?: string | undefined;
}

/** What a copy has of the marker of its origin: where its disk came from, and nothing else. */
export function copiedMarker(origin: Marker | undefined): Omit<Marker, 'vmid'> {
  const { image, digest, diskSize } = origin ?? {};
  return {
    ...(image !== undefined && { image }),
    ...(digest !== undefined && { digest }),
    ...(diskSize !== undefined && { diskSize }),
  };
}

const MARKER = /\n?<!-- proxmox-role: (\{.*\}) -->\s*$/;

/** Whether the VM is one that this role has made, and not one that it found. */
export function isOfOurMaking(config: ReadonlyMap<string, string>, vmid: number): boolean {
  const marker = readMarker(config.get('description'), vmid);
  return marker !== undefined && marker.adopted !== true;
}

/** The user's part of a description. */
export const userDescription = (description: string): string => description.replace(MARKER, '');

/** The marker of the VM with that VMID; undefined when there is none or it came from another VM. */
export function readMarker(description: string | undefined, vmid: number): Marker | undefined {
  const found = parseJson(MARKER.exec(description ?? '')?.[1] ?? '');
  return isMarker(found) && found.vmid === vmid ? found : undefined;
}

/** Anybody may edit the notes. */
function isMarker(found: unknown): found is Marker {
  return (
    isDictionary(found) &&
    typeof found['vmid'] === 'number' &&
    ['id', 'node', 'image', 'digest', 'seal'].every(key => isOptional(found[key], 'string')) &&
    ['diskSize', 'clonedFrom', 'trialOf'].every(key => isOptional(found[key], 'number')) &&
    ['adopted', 'holder'].every(key => found[key] === undefined || found[key] === true) &&
    (found['disks'] === undefined || areSizes(found['disks'])) &&
    (found['generation'] === undefined || isGenerationMark(found['generation'])) &&
    (found['replacing'] === undefined || isReplacementNote(found['replacing']))
  );
}

const isOptional = (found: unknown, type: 'string' | 'number' | 'boolean'): boolean =>
  found === undefined || typeof found === type;

const areSizes = (found: unknown): boolean =>
  isDictionary(found) && Object.values(found).every(bytes => typeof bytes === 'number');

const isGenerationMark = (found: unknown): boolean =>
  isDictionary(found) &&
  typeof found['family'] === 'string' &&
  typeof found['number'] === 'number' &&
  isOptional(found['settings'], 'string') &&
  isOptional(found['untested'], 'boolean') &&
  isOptional(found['held'], 'boolean') &&
  isOptional(found['passed'], 'string');

/** A description with the marker behind the user's text. `-->` cannot occur: JSON of these fields escapes nothing else. */
export function withMarker(userText: string, marker: Marker): string {
  const json = JSON.stringify(marker).replaceAll('>', '\\u003e');
  const text = userText.replace(/\n+$/, '');
  return `${text === '' ? '' : `${text}\n`}<!-- proxmox-role: ${json} -->`;
}

/** The description of a VM that we make, with the marker that knows its notes and tags again. */
export const firstDescription = (text: string, tags: string, marker: Marker): string =>
  withMarker(text, { ...marker, seal: sealOf(marker, text, tags) });

/** What we change about a VM's notes. */
export interface NotesChange {
  /** A field that is undefined goes. */
  readonly marker?: { readonly [K in keyof Marker]?: Marker[K] | undefined };
  readonly text?: string | undefined;
  readonly tags?: string | undefined;
}

/** The description of a VM with what we change about it. Notes that somebody else has touched are not sealed again. */
export function changedDescription(
  found: ReadonlyMap<string, string>,
  vmid: number,
  { marker: fields = {}, ...change }: NotesChange,
): string {
  const before = found.get('description') ?? '';
  const { seal, ...marker } = definedOnly({ ...readMarker(before, vmid), ...fields, vmid });
  const text = change.text ?? userDescription(before);
  return seal !== undefined && isSealed(found, vmid)
    ? firstDescription(text, change.tags ?? found.get('tags') ?? '', marker)
    : withMarker(text, marker);
}

const definedOnly = (fields: NonNullable<NotesChange['marker']> & Pick<Marker, 'vmid'>): Marker =>
  // Without what is undefined, it is what its type says.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as Marker;

/** Whether the notes, the tags and the marker are as we left them. */
export function isSealed(found: ReadonlyMap<string, string>, vmid: number): boolean {
  const description = found.get('description') ?? '';
  const { seal, ...marker } = readMarker(description, vmid) ?? { vmid };
  return seal !== undefined && seal === sealOf(marker, userDescription(description), found.get('tags') ?? '');
}

/** PVE sorts tags, and drops blanks at the end of lines. */
function sealOf(marker: Omit<Marker, 'seal'>, text: string, tags: string): string {
  const lines = text.split('\n').map(line => line.trimEnd());
  const told = JSON.stringify([sortedFields(marker), lines.join('\n').trimEnd(), tagsIn(tags)]);
  return createHash('sha256').update(told).digest('hex').slice(0, 16);
}

const sortedFields = (fields: object): unknown =>
  JSON.parse(JSON.stringify(fields), (_, value: unknown) =>
    isDictionary(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value,
  );

/** The tags of a configuration, whatever separates them. */
export const tagsIn = (tags: string): readonly string[] =>
  [...new Set(tags.toLowerCase().split(/[,;\s]+/))].filter(tag => tag !== '').sort();

/** Whoever gives a VM this tag keeps it: the role leaves the tag, and a template that has it. */
export const KEEP_TAG = 'keep';
