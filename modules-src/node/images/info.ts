import { open } from 'node:fs/promises';
import { UserError } from '../../sdk/error.ts';
import { isMissing } from '../../system/files.ts';
import { runCommand } from '../../system/run-command.ts';

/** What a disk image says about itself. */
export interface ImageInfo {
  /** As qemu-img names it: qcow2, raw, vmdk, vdi, vpc … */
  readonly format: string;
  /** Bytes that the guest sees. */
  readonly virtualSize: number;
  /** A file that holds what this image does not. */
  readonly backingFile?: string;
  /** Files outside of the image that hold its data. */
  readonly externalFiles: readonly string[];
}

/**
 * Reads a disk image; undefined when there is no such file. qemu-img calls everything raw that it does not know, so a
 * raw image must have a boot sector, a partition table or a file system to count as one. Messages call it `shownAs`.
 */
export async function readImageInfo(path: string, shownAs = path): Promise<ImageInfo | undefined> {
  const head = await readHead(path);
  if (head === undefined) return undefined;
  const info = parseInfo(path, await qemuImgInfo(path, shownAs));
  if (info.format === 'raw' && !isRawDisk(head))
    throw new UserError(
      `cannot use ${shownAs} as a disk image: ${whatItIs(head)}; check where it comes from`,
    );
  return info;
}

async function qemuImgInfo(path: string, shownAs: string): Promise<string> {
  // Without -U it fails while a running guest or an import has the image open.
  const { rc, stdout, stderr } = await runCommand(['qemu-img', 'info', '-U', '--output=json', path]);
  if (rc === 0) return stdout;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new UserError(`cannot read ${shownAs} as a disk image: ${reason}; check where it comes from`);
}

function parseInfo(path: string, json: string): ImageInfo {
  const info: unknown = JSON.parse(json);
  const [format, virtualSize] = [read(info, 'format'), read(info, 'virtual-size')];
  const backingFile = read(info, 'backing-filename');
  if (typeof format !== 'string' || typeof virtualSize !== 'number')
    throw new Error(`qemu-img said neither format nor size of ${path}: ${json}`);
  return {
    format,
    virtualSize,
    ...(typeof backingFile === 'string' && { backingFile }),
    externalFiles: externalFiles(read(read(info, 'format-specific'), 'data'), path),
  };
}

/** A qcow2 may keep its data in another file, a VMDK in several; a sparse VMDK lists itself as its extent. */
function externalFiles(data: unknown, path: string): string[] {
  const extents = read(data, 'extents');
  const files = [
    read(data, 'data-file'),
    ...(Array.isArray(extents) ? extents : []).map(extent => read(extent, 'filename')),
  ];
  return files.filter(file => typeof file === 'string').filter(file => file !== path);
}

const read = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** Enough to see the superblock of Btrfs, which lies furthest inside. */
const HEAD = 66_000;

async function readHead(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`cannot read ${path} as a disk image: ${reason}; give the path of an image file`);
  }
}

/** Signatures of raw disks: boot sector or MBR (a GPT has one too), XFS, ext2 to ext4, Btrfs. */
const RAW_DISKS: readonly (readonly [offset: number, signature: Buffer])[] = [
  [510, Buffer.from([0x55, 0xaa])],
  [0, Buffer.from('XFSB')],
  [1080, Buffer.from([0x53, 0xef])],
  [65_600, Buffer.from('_BHRfS_M')],
];

const hasAt = (head: Buffer, offset: number, signature: Buffer): boolean =>
  head.subarray(offset, offset + signature.length).equals(signature);

const isIso = (head: Buffer): boolean => hasAt(head, 32_769, Buffer.from('CD001'));

const isRawDisk = (head: Buffer): boolean =>
  !isIso(head) && RAW_DISKS.some(([offset, signature]) => hasAt(head, offset, signature));

function whatItIs(head: Buffer): string {
  if (head.length === 0) return 'it is empty';
  if (isIso(head)) return 'it is a CD image (ISO 9660), not a disk';
  if (isMarkup(head)) return 'it is a web page or an XML document';
  return 'it has no boot sector, partition table or file system that is known';
}

/** Whether the text begins as HTML or XML do; no disk image and no list of checksums does. */
export function isMarkup(head: Buffer): boolean {
  return /^\uFEFF?\s*<[!?A-Za-z]/.test(head.subarray(0, 256).toString('utf8'));
}
