/** Formats of disk images. */
export type ImageFormat = 'raw' | 'qcow2' | 'vmdk';

/** What the name of a volume says about it. */
export interface ParsedVolume {
  readonly content: 'images' | 'rootdir' | 'iso' | 'vztmpl' | 'backup' | 'snippets' | 'import';
  readonly vmid?: number;
  /** Last part of the name, such as `vm-100-disk-0.qcow2`. */
  readonly file: string;
  readonly format: string;
  readonly isBase: boolean;
  /** Name of the volume that this one builds on. */
  readonly base?: string;
}

/** One volume in a listing. */
export interface ListedVolume extends ParsedVolume {
  readonly name: string;
  readonly size: number;
  readonly used: number;
  readonly created: number;
}

/** Size and kind of an image. */
export interface ImageInfo {
  readonly size: number;
  readonly format: string;
  readonly backingFile?: string;
}

/** What PVE programs ask of a storage. Names are volume names without the storage. */
export interface Backend {
  readonly formats: readonly ImageFormat[];
  parse(name: string): ParsedVolume;
  pathOf(name: string): string;
  list(vmid?: number): readonly ListedVolume[];
  /** Makes an empty image; with a name it must be one that fits, without one the next free is taken. */
  allocate(vmid: number, format: ImageFormat, bytes: number, name?: string): string;
  /** Removes a volume; one that is gone already is worth a warning only. */
  free(name: string): void;
  /** Size and format of an existing volume. */
  inspect(name: string): ImageInfo;
  exists(name: string): boolean;
  /** Gives an image a new size, saying so unless a guest has it open. */
  resize(name: string, bytes: number, isOpen: boolean): void;
  /** Hands an image to another VM under its next free number and answers its new name. */
  reassign(name: string, vmid: number): string;
  /** Turns an image into a base for linked clones and answers its new name. */
  makeBase(name: string): string;
  /** Makes a linked clone of a base image. */
  cloneLinked(name: string, vmid: number): string;
  snapshot(action: 'create' | 'apply' | 'delete', name: string, snapshot: string): void;
  /** Whether snapshots of this volume are possible. */
  canSnapshot(name: string): boolean;
}
