const SECTOR = 2048;
const FIRST_DESCRIPTOR = 16 * SECTOR;
const ROOT_RECORD = 156;
const IS_DIRECTORY = 2;
/** The drive has two levels of folders; a damaged one must not lead around in circles. */
const DEEPEST = 4;

/** A file or folder: where its content lies. */
interface Entry {
  readonly name: string;
  readonly start: number;
  readonly size: number;
  readonly isFolder: boolean;
}

/** Files of an ISO 9660 file system by path, under their Rock Ridge names; undefined for anything else. */
export function readIso(disk: Buffer): ReadonlyMap<string, Buffer> | undefined {
  if (disk.toString('latin1', FIRST_DESCRIPTOR + 1, FIRST_DESCRIPTOR + 6) !== 'CD001') return undefined;
  const root = entryAt(disk, FIRST_DESCRIPTOR + ROOT_RECORD);
  return new Map(filesIn(disk, root, '', DEEPEST));
}

function filesIn(disk: Buffer, folder: Entry, path: string, depth: number): [string, Buffer][] {
  if (depth === 0) return [];
  return entriesIn(disk, folder).flatMap((entry): [string, Buffer][] =>
    entry.isFolder
      ? filesIn(disk, entry, `${path}${entry.name}/`, depth - 1)
      : [[path + entry.name, disk.subarray(entry.start, entry.start + entry.size)]],
  );
}

/** Records of a folder, without itself and its parent; the rest of a sector is empty where no record fits in. */
function entriesIn(disk: Buffer, { start, size }: Entry): Entry[] {
  const entries: Entry[] = [];
  const end = Math.min(start + size, disk.length);
  for (let at = start; at < end;) {
    const length = disk[at] ?? 0;
    if (length > 0) entries.push(entryAt(disk, at));
    at = length > 0 ? at + length : (Math.floor(at / SECTOR) + 1) * SECTOR;
  }
  return entries.slice(2);
}

function entryAt(disk: Buffer, at: number): Entry {
  const record = disk.subarray(at, at + (disk[at] ?? 0));
  const nameEnd = 33 + (record[32] ?? 0);
  return {
    name:
      rockRidgeName(record.subarray(nameEnd + (nameEnd % 2))) ??
      plainName(record.toString('latin1', 33, nameEnd)),
    start: record.readUInt32LE(2) * SECTOR,
    size: record.readUInt32LE(10),
    isFolder: ((record[25] ?? 0) & IS_DIRECTORY) !== 0,
  };
}

/** The field NM of the system use area: signature, length, version, flags, name. */
function rockRidgeName(area: Buffer): string | undefined {
  for (let at = 0; at + 4 <= area.length;) {
    const length = area[at + 2] ?? 0;
    if (length < 4) return undefined;
    if (area.toString('latin1', at, at + 2) === 'NM') return area.toString('utf8', at + 5, at + length);
    at += length;
  }
  return undefined;
}

const plainName = (name: string): string => name.replace(/;\d+$/, '').toLowerCase();
