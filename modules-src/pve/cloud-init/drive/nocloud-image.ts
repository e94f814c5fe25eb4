const SECTOR = 2048;
/** Sectors before them are the system's, and empty. */
const DESCRIPTOR = 16;
const PATH_TABLE_LE = 18;
const PATH_TABLE_BE = 19;
const ROOT = 20;
const FIRST_FILE = 21;
const IS_DIRECTORY = 2;

/**
 * A drive for cloud-init's NoCloud source: an ISO 9660 file system named `cidata` with the files in its root, under their
 * Rock Ridge names (ECMA-119; SUSP and RRIP 1.12). The same files give the same bytes, so that a digest tells whether
 * a drive is still what it should be: it carries no time.
 */
export function nocloudImage(files: ReadonlyMap<string, string>): Buffer {
  const contents = [...files].map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const entries = placed(contents);
  const root = sectorOf([
    record('\0', ROOT, SECTOR, IS_DIRECTORY, rockRidgeBegin),
    record('\x01', ROOT, SECTOR, IS_DIRECTORY),
    ...entries.map(({ name, sector, bytes }, index) =>
      record(plainName(index), sector, bytes.length, 0, Buffer.concat([posixMode, nameField(name)])),
    ),
  ]);
  const sectors = FIRST_FILE + sum(entries.map(({ bytes }) => sectorsOf(bytes)));
  return Buffer.concat([
    Buffer.alloc(DESCRIPTOR * SECTOR),
    primaryDescriptor(sectors),
    sectorOf([Buffer.from([255]), Buffer.from('CD001'), Buffer.from([1])]),
    sectorOf([pathTable(buffer => buffer.writeUInt32LE(ROOT, 2), [1, 0])]),
    sectorOf([pathTable(buffer => buffer.writeUInt32BE(ROOT, 2), [0, 1])]),
    root,
    ...entries.map(({ bytes }) => sectorOf([bytes])),
  ]);
}

interface Placed {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sector: number;
}

function placed(contents: readonly Omit<Placed, 'sector'>[]): Placed[] {
  let next = FIRST_FILE;
  return contents.map(content => {
    const sector = next;
    next += sectorsOf(content.bytes);
    return { ...content, sector };
  });
}

const sectorsOf = (bytes: Buffer): number => Math.ceil(bytes.length / SECTOR);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Its parts, and zeros to the end of the sector. */
function sectorOf(parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, Buffer.alloc(sectorsOf(bytes) * SECTOR - bytes.length)]);
}

/** Names of the plain file system, which nobody reads who reads Rock Ridge. */
const plainName = (index: number): string => `FILE${index}.;1`;

/** Numbers stand in both orders of bytes. */
function both32(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32LE(value, 0);
  buffer.writeUInt32BE(value, 4);
  return buffer;
}

function both16(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt16LE(value, 0);
  buffer.writeUInt16BE(value, 2);
  return buffer;
}

/** 1 January 1970. */
const NO_TIME = Buffer.from([70, 1, 1, 0, 0, 0, 0]);

function record(name: string, sector: number, size: number, flags: number, system = Buffer.alloc(0)): Buffer {
  const identifier = Buffer.from(name, 'latin1');
  const padding = Buffer.alloc(identifier.length % 2 === 0 ? 1 : 0);
  const rest = Buffer.concat([
    Buffer.from([0]),
    both32(sector),
    both32(size),
    NO_TIME,
    Buffer.from([flags, 0, 0]),
    both16(1),
    Buffer.from([identifier.length]),
    identifier,
    padding,
    system,
  ]);
  const even = rest.length % 2 === 0 ? 1 : 0;
  return Buffer.concat([Buffer.from([rest.length + 1 + even]), rest, Buffer.alloc(even)]);
}

/** SP: from here on there are system use fields. */
const rockRidgeBegin = Buffer.from([0x53, 0x50, 7, 1, 0xbe, 0xef, 0]);

/** PX: a file of root that everybody may read. */
const posixMode = Buffer.concat([
  Buffer.from([0x50, 0x58, 44, 1]),
  both32(0o100444),
  both32(1),
  both32(0),
  both32(0),
  both32(0),
]);

/** NM: the real name. */
const nameField = (name: string): Buffer =>
  Buffer.concat([Buffer.from([0x4e, 0x4d, 5 + name.length, 1, 0]), Buffer.from(name)]);

const PATH_TABLE_SIZE = 10;

function pathTable(writePlace: (buffer: Buffer) => void, parent: readonly [number, number]): Buffer {
  const buffer = Buffer.from([1, 0, 0, 0, 0, 0, ...parent, 0, 0]);
  writePlace(buffer);
  return buffer;
}

const le32 = (value: number): Buffer => both32(value).subarray(0, 4);

const be32 = (value: number): Buffer => both32(value).subarray(4);

function primaryDescriptor(sectors: number): Buffer {
  const text = (value: string, length: number): Buffer => Buffer.from(value.padEnd(length));
  const never = Buffer.concat([Buffer.from('0'.repeat(16)), Buffer.from([0])]);
  return sectorOf([
    Buffer.from([1]),
    Buffer.from('CD001'),
    Buffer.from([1, 0]),
    text('', 32),
    text('cidata', 32),
    Buffer.alloc(8),
    both32(sectors),
    Buffer.alloc(32),
    both16(1),
    both16(1),
    both16(SECTOR),
    both32(PATH_TABLE_SIZE),
    le32(PATH_TABLE_LE),
    le32(0),
    be32(PATH_TABLE_BE),
    be32(0),
    record('\0', ROOT, SECTOR, IS_DIRECTORY),
    text('', 128 * 4),
    text('', 37 * 3),
    never,
    never,
    never,
    never,
    Buffer.from([1, 0]),
  ]);
}
