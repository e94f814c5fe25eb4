import type { HeaderVerdict, ReadAt } from './header-verdict.ts';
import { judgeQcow2 } from './qcow2-header.ts';
import { judgeVmdk, isVmdkText } from './vmdk-header.ts';

/** Enough to see the superblock of Btrfs, which lies furthest inside. */
export const HEAD = 66_000;

export type ArchiveKind = 'zip' | 'tar';

/** A tar has the name of its first file in front; the other three cannot be unpacked here. */
const ARCHIVES: readonly (readonly [what: string, offset: number, signature: string])[] = [
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['tar', 257, 'ustar'],
  ['7-Zip', 0, '7z\xbc\xaf\x27\x1c'],
  ['RAR', 0, 'Rar!\x1a\x07'],
];

const archiveName = (head: Buffer): string | undefined =>
  ARCHIVES.find(([, offset, signature]) => has(head, signature, offset))?.[0];

/** Bytes of a file that tell what archive it is, if it is one that can be looked into. */
export const ARCHIVE_HEAD = 512;
export function archiveKind(head: Buffer): ArchiveKind | undefined {
  const name = archiveName(head);
  return name === 'zip' || name === 'tar' ? name : undefined;
}

/** What QEMU would take for something else than a raw disk, and what is none of its business here. */
const OTHERS: readonly (readonly [what: string, offset: number, signature: string])[] = [
  ['is encrypted (LUKS)', 0, 'LUKS\xba\xbe'],
  ['is a QED image, which may be a layer over another file', 0, 'QED\0'],
  ['is a VMDK of VMware ESX (COWD)', 0, 'COWD'],
  ['is a disk of Parallels', 0, 'WithoutFreeSpace'],
  ['is a disk of Parallels', 0, 'WithouFreSpacExt'],
  ['is a disk of Bochs', 0, 'Bochs Virtual HD Image'],
  ['is a compressed loop image', 0, '#!/bin/sh\n#V2.0 Format'],
];

const has = (head: Buffer, signature: string, offset = 0): boolean =>
  head.subarray(offset, offset + signature.length).equals(Buffer.from(signature, 'latin1'));

/**
 * Tells the format as QEMU does when it is given none (qemu 7.2 to 10.1, block/*.c, `bdrv_probe`), and refuses what leads to
 * other files, what is encrypted, and what only tells where the data are.
 */
export async function judgeHeader(read: ReadAt): Promise<HeaderVerdict> {
  const start = await read(0, HEAD);
  const head = padded(start);
  const other = OTHERS.find(([, offset, signature]) => has(head, signature, offset));
  if (other !== undefined) return { flaw: `it ${other[0]}` };
  if (has(head, 'QFI\xfb')) return judgeQcow2(head, read);
  if (has(head, 'KDMV')) return judgeVmdk(head, read);
  if (isVmdkText(head))
    return { flaw: 'it is only the description of a VMDK, whose data are in other files' };
  if (has(head, 'vhdxfile')) return judgeVhdx(read);
  if (has(head, 'conectix')) return judgeVhd(head);
  if (head.readUInt32LE(64) === VDI) return judgeVdi(head);
  return isRawDisk(head) ? { format: 'raw' } : { flaw: whatItIs(start) };
}

const VDI = 0xbeda107f;

/** Types 1 and 2 stand alone; the ids of a parent and a link are those of another file. */
function judgeVdi(head: Buffer): HeaderVerdict {
  const isWhole = [1, 2].includes(head.readUInt32LE(76)) && head.subarray(424, 456).every(byte => byte === 0);
  return isWhole ? { format: 'vdi' } : { flaw: 'it is a VDI that is only a layer over another file' };
}

/** A footer stands in front of all but fixed disks. */
const judgeVhd = (head: Buffer): HeaderVerdict =>
  [2, 3].includes(head.readUInt32BE(60))
    ? { format: 'vpc' }
    : { flaw: 'it is a VHD that is only a layer over another file' };

/** Where the table of regions lies, and the ids of the metadata region and of a parent's name ([MS-VHDX], 2.2.3 and 2.6). */
const REGIONS = 192 * 1024;
const METADATA = Buffer.from('06a27c8b90479a4bb8fe575f050f886e', 'hex');
const PARENT = Buffer.from('2d5fd3a80bb34d45abf7d3d84834ab0c', 'hex');

async function judgeVhdx(read: ReadAt): Promise<HeaderVerdict> {
  const regions = await read(REGIONS, 64 * 1024);
  const at = regions.indexOf(METADATA);
  if (at < 0 || at + 24 > regions.length) return { flaw: 'it is a damaged VHDX' };
  const table = await read(Number(regions.readBigUInt64LE(at + 16)), 64 * 1024);
  if (!has(table, 'metadata')) return { flaw: 'it is a damaged VHDX' };
  return table.includes(PARENT)
    ? { flaw: 'it is a VHDX that is only a layer over another file' }
    : { format: 'vhdx' };
}

/** Signatures of raw disks: boot sector or MBR (a GPT has one too), XFS, ext2 to ext4, Btrfs. */
const RAW_DISKS: readonly (readonly [offset: number, signature: string])[] = [
  [510, '\x55\xaa'],
  [0, 'XFSB'],
  [1080, '\x53\xef'],
  [65_600, '_BHRfS_M'],
];

const isIso = (head: Buffer): boolean => has(head, 'CD001', 32_769);

/** Its boot sector looks like that of a disk. */
const isLinux = (head: Buffer): boolean => has(head, 'HdrS', 514);

const isRawDisk = (head: Buffer): boolean =>
  !isIso(head) && !isLinux(head) && RAW_DISKS.some(([offset, signature]) => has(head, signature, offset));

/** Formats of disks, which may still be refused when one is looked at closely. */
const DISKS = ['QFI\xfb', 'KDMV', 'vhdxfile', 'conectix'];

/** Whether what begins so is a disk image of whatever kind, and not the text or the firmware that lies beside one. */
export function isDiskImage(start: Buffer): boolean {
  const head = padded(start);
  return (
    [...DISKS, ...OTHERS.map(([, , signature]) => signature)].some(signature => has(head, signature)) ||
    head.readUInt32LE(64) === VDI ||
    isRawDisk(head)
  );
}

/** What is too short is judged like what ends in zeros. */
const padded = (start: Buffer): Buffer =>
  Buffer.concat([start, Buffer.alloc(Math.max(0, 516 - start.length))]);

function whatItIs(head: Buffer): string {
  if (head.length === 0) return 'it is empty';
  if (isIso(head)) return 'it is a CD image (ISO 9660), not a disk';
  if (isLinux(head)) return 'it is a Linux kernel, not a disk';
  const archive = archiveName(head);
  if (archive !== undefined) return `it is an archive (${archive})`;
  if (isMarkup(head)) return 'it is a web page or an XML document';
  return 'it has no boot sector, partition table or file system that is known';
}

/** Whether the text begins as HTML or XML do; no disk image and no list of checksums does. */
export function isMarkup(head: Buffer): boolean {
  return /^\uFEFF?\s*<[!?A-Za-z]/.test(head.subarray(0, 256).toString('utf8'));
}
