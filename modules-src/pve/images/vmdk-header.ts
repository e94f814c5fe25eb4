import type { HeaderVerdict, ReadAt } from './header-verdict.ts';

const SECTOR = 512;
/** As much of the description as QEMU reads, in sectors. */
const DESCRIPTION = 20;

/**
 * Whether QEMU would take a text for the description of a VMDK: comments and blank lines, then its version. It then opens
 * whatever that names (qemu, block/vmdk.c, `vmdk_probe`).
 */
export const isVmdkText = (head: Buffer): boolean =>
  /^(?:#[^\n]*\n| *\r?\n)*version=\d/.test(head.subarray(0, 4096).toString('latin1'));

/** A VMDK that holds its own data: one extent, no parent. */
export async function judgeVmdk(head: Buffer, read: ReadAt): Promise<HeaderVerdict> {
  if (head.readBigUInt64LE(12) === 0n)
    return { flaw: 'it is only the description of a VMDK, whose data are in other files' };
  const sector = Number(head.readBigUInt64LE(28));
  const text = sector === 0 ? '' : (await read(sector * SECTOR, DESCRIPTION * SECTOR)).toString('latin1');
  const extents = text.match(/^(?:RW|RDONLY|NOACCESS)[ \t]/gm) ?? [];
  if (extents.length > 1) return { flaw: 'it keeps its data in several files' };
  const parent = /^parentCID[ \t]*=[ \t]*(\w+)/m.exec(text)?.[1] ?? 'ffffffff';
  return /parentFileNameHint/i.test(text) || !/^f{8}$/i.test(parent)
    ? { flaw: 'it is a VMDK that is only a layer over another file' }
    : { format: 'vmdk' };
}
