import type { HeaderVerdict, ReadAt } from './header-verdict.ts';

/** Incompatible features: a data file of its own, and those that came after the ones that are known. */
const DATA_FILE = 1n << 2n;
const UNKNOWN = ~0x1fn;
/** Header extensions that name a data file or describe encryption. */
const DATA_FILE_NAME = 0x44415441;
const ENCRYPTION = 0x0537be77;
/** No cloud image has any; their names alone may fill the memory of whoever lists them. */
const MOST_SNAPSHOTS = 64;

/** A qcow2 that stands alone (qemu/docs/interop/qcow2.txt). */
export async function judgeQcow2(head: Buffer, read: ReadAt): Promise<HeaderVerdict> {
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) return { flaw: `it is a qcow image of version ${version}` };
  const nameAt = head.readBigUInt64BE(8);
  if (nameAt !== 0n) {
    const name = await read(Number(nameAt), Math.min(1023, head.readUInt32BE(16)));
    return { flaw: `it is only a layer over another file (${name.toString()})` };
  }
  if (head.readUInt32BE(32) !== 0) return { flaw: 'it is encrypted' };
  const snapshots = head.readUInt32BE(60);
  if (snapshots > MOST_SNAPSHOTS) return { flaw: `it holds ${snapshots} snapshots` };
  return version === 2 ? { format: 'qcow2' } : judgeExtensions(head);
}

function judgeExtensions(head: Buffer): HeaderVerdict {
  const features = head.readBigUInt64BE(72);
  if ((features & UNKNOWN) !== 0n) return { flaw: 'it has features that are not known here' };
  const extensions = extensionsOf(head);
  const name = extensions.get(DATA_FILE_NAME);
  if ((features & DATA_FILE) !== 0n || name !== undefined)
    return { flaw: `it keeps its data in another file (${name?.toString() ?? 'unnamed'})` };
  return extensions.has(ENCRYPTION) ? { flaw: 'it is encrypted' } : { format: 'qcow2' };
}

function extensionsOf(head: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = head.readUInt32BE(100); at + 8 <= head.length;) {
    const [kind, length] = [head.readUInt32BE(at), head.readUInt32BE(at + 4)];
    if (kind === 0) break;
    found.set(kind, head.subarray(at + 8, at + 8 + length));
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return found;
}
