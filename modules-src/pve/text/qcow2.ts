const MAGIC = 0x514649fb;
const OFFSET = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED = 1n << 62n;
const IS_ZERO = 1n;
/** Bits of the incompatible features that change where data lie: all but "dirty" and "corrupt". */
const UNREADABLE_FEATURES = ~3n;
const ENTRY = 8;

/** The disk in a small qcow2 file (qemu/docs/interop/qcow2.txt); undefined where the file is not as plain as PVE's. */
export function readQcow2(file: Buffer): Buffer | undefined {
  if (file.length < 104 || file.readUInt32BE(0) !== MAGIC) return undefined;
  const isPlain =
    file.readBigUInt64BE(8) === 0n &&
    file.readUInt32BE(32) === 0 &&
    (file.readUInt32BE(4) < 3 || (file.readBigUInt64BE(72) & UNREADABLE_FEATURES) === 0n);
  const cluster = 2 ** file.readUInt32BE(20);
  const disk = Buffer.alloc(Number(file.readBigUInt64BE(24)));
  const table = Number(file.readBigUInt64BE(40));
  return isPlain && fillClusters(file, disk, cluster, table) ? disk : undefined;
}

/** Copies every cluster that is there; answers whether all could be read. */
function fillClusters(file: Buffer, disk: Buffer, cluster: number, table: number): boolean {
  const perTable = cluster / ENTRY;
  for (let index = 0; index * cluster < disk.length; index++) {
    const second = entryAt(file, table, Math.floor(index / perTable));
    if (second === undefined) return false;
    if ((second & OFFSET) === 0n) continue;
    const entry = entryAt(file, Number(second & OFFSET), index % perTable);
    if (entry === undefined || (entry & COMPRESSED) !== 0n) return false;
    const from = Number(entry & OFFSET);
    if (from !== 0 && (entry & IS_ZERO) === 0n) file.copy(disk, index * cluster, from, from + cluster);
  }
  return true;
}

const entryAt = (file: Buffer, table: number, index: number): bigint | undefined =>
  table + (index + 1) * ENTRY > file.length ? undefined : file.readBigUInt64BE(table + index * ENTRY);
