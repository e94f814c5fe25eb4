import { PveFailure } from '../runtime/failure.ts';
import type { ParsedVolume } from './backend.ts';

const DISK_FILE = /^(base-)?[^/\s]+\.(raw|qcow2|vmdk|subvol)$/;

/** Volumes that are plain files, by the first part of their name. */
const PLAIN: readonly (readonly [
  prefix: string,
  pattern: RegExp,
  content: ParsedVolume['content'],
  directory: string,
])[] = [
  ['iso', /^[^/]+\.(?:iso|img)$/i, 'iso', 'template/iso'],
  ['vztmpl', /^[^/]+\.tar(?:\.(?:gz|xz|zst|bz2))?$/, 'vztmpl', 'template/cache'],
  [
    'backup',
    /^[^/]+\.(?:tgz|tar|tar\.gz|tar\.lzo|tar\.zst|tar\.bz2|vma|vma\.gz|vma\.lzo|vma\.zst)$/,
    'backup',
    'dump',
  ],
  ['snippets', /^[^/]+$/, 'snippets', 'snippets'],
  ['import', /^[a-zA-Z0-9_.+-]+\.(?:ova|ovf|qcow2|raw|vmdk)$/, 'import', 'import'],
];

/** The kinds of files other than disks that a directory may hold, with their folder. */
export const PLAIN_CONTENTS = PLAIN.map(([prefix, pattern, content, directory]) => ({
  prefix,
  pattern,
  content,
  directory,
}));

/** Understands the name of a volume in a directory storage. */
export function parseDirName(name: string): ParsedVolume {
  const linked = /^(\d+)\/(\S+)\/(\d+)\/(\S+)$/.exec(name);
  if (linked) {
    const [, baseVmid = '', baseFile = '', vmid = '', file = ''] = linked;
    parseDiskFile(baseFile);
    return { ...parseDiskFile(file), vmid: Number(vmid), base: `${baseVmid}/${baseFile}` };
  }
  const disk = /^(\d+)\/(\S+)$/.exec(name);
  if (disk) return { ...parseDiskFile(disk[2] ?? ''), vmid: Number(disk[1]) };
  return parsePlainName(name);
}

/** Path of a volume below the directory of its storage. */
export function dirPath(name: string): string {
  const { content, vmid, file } = parseDirName(name);
  if (content === 'images') return `images/${vmid ?? 0}/${file}`;
  return `${PLAIN_CONTENTS.find(plain => plain.content === content)?.directory ?? content}/${file}`;
}

function parseDiskFile(file: string): ParsedVolume {
  const match = DISK_FILE.exec(file);
  if (!match) throw new PveFailure(`unable to parse volume filename '${file}'`);
  return { content: 'images', file, format: match[2] ?? 'raw', isBase: match[1] !== undefined };
}

function parsePlainName(name: string): ParsedVolume {
  const slash = name.indexOf('/');
  const [prefix, file] = [name.slice(0, slash), name.slice(slash + 1)];
  const plain = PLAIN_CONTENTS.find(kind => kind.prefix === prefix && kind.pattern.test(file));
  if (slash < 0 || !plain) throw new PveFailure(`unable to parse directory volume name '${name}'`);
  const owner = plain.content === 'backup' ? /^vzdump-(?:qemu|lxc)-(\d+)-/.exec(file)?.[1] : undefined;
  return {
    content: plain.content,
    file,
    format: plainFormat(plain.content, file),
    isBase: false,
    ...(owner === undefined ? {} : { vmid: Number(owner) }),
  };
}

function plainFormat(content: ParsedVolume['content'], file: string): string {
  if (content === 'snippets') return 'snippet';
  if (content === 'iso') return 'iso';
  if (content === 'import') return /\.([a-z0-9]+)$/.exec(file)?.[1] ?? 'raw';
  if (content === 'vztmpl') return /\.tar\.(gz|xz|zst|bz2)$/.exec(file)?.[1]?.replace(/^/, 't') ?? 'tar';
  return /\.((?:vma|tar)(?:\.[a-z0-9]+)?|tgz)$/.exec(file)?.[1] ?? 'tar';
}
