/**
 * What we made a VM from, kept as the last line of its description (PVE's notes view hides HTML comments). It counts
 * only when its vmid is the VM's own, because `qm clone` copies the description.
 */
export interface Marker {
  readonly vmid: number;
  /** Source of the boot disk: the image file's name. */
  readonly image?: string;
  /** Digest of that file, `<algorithm>:<hex>`, when it was verified. */
  readonly digest?: string;
  /** Bytes the boot disk was to have when it was imported. */
  readonly diskSize?: number;
  /** Template that a clone was made from. */
  readonly clonedFrom?: number;
  /** Which generation of a template it is, where templates give way to newer ones. */
  readonly generation?: GenerationMark;
}

/** Stamped when a generation of a template is created, so that any later run knows it again. */
export interface GenerationMark {
  /** Name that moves from generation to generation. */
  readonly family: string;
  readonly number: number;
  /** Digest of the settings that it was made with; absent: unknown. */
  readonly settings?: string | undefined;
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

/** The user's part of a description. */
export const userDescription = (description: string): string => description.replace(MARKER, '');

/** The marker of the VM with that number; undefined when there is none or it came from another VM. */
export function readMarker(description: string | undefined, vmid: number): Marker | undefined {
  const json = MARKER.exec(description ?? '')?.[1];
  if (json === undefined) return undefined;
  try {
    const marker = JSON.parse(json) as Marker;
    return marker.vmid === vmid ? marker : undefined;
  } catch {
    return undefined;
  }
}

/** A description with the marker behind the user's text. `-->` cannot occur: JSON of these fields escapes nothing else. */
export function withMarker(userText: string, marker: Marker): string {
  const json = JSON.stringify(marker).replaceAll('>', '\\u003e');
  const text = userText.replace(/\n+$/, '');
  return `${text === '' ? '' : `${text}\n`}<!-- proxmox-role: ${json} -->`;
}
