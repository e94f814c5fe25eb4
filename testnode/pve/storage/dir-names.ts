import { PveFailure } from '../runtime/failure.ts';
import type { ParsedVolume } from './backend.ts';
import type { Folders } from './folders.ts';

const DISK_FILE = /^(base-)?[^/\s]+\.(raw|qcow2|vmdk|subvol)$/;

/** The kinds of files other than disks that a directory may hold, by the first part of their volumes' names. */
export const PLAIN_CONTENTS = [
  { content: 'iso', pattern: /^[^/]+\.(?:iso|img)$/i },
  { content: 'vztmpl', pattern: /^[^/]+\.tar(?:\.(?:gz|xz|zst|bz2))?$/ },
  {
    content: 'backup',
    pattern: /^[^/]+\.(?:tgz|tar|tar\.gz|tar\.lzo|tar\.zst|tar\.bz2|vma|vma\.gz|vma\.lzo|vma\.zst)$/,
  },
  { content: 'snippets', pattern: /^[^/]+$/ },
  { content: 'import', pattern: /^[a-zA-Z0-9_.+-]+\.(?:ova|ovf|qcow2|raw|vmdk)$/ },
] as const satisfies readonly { content: ParsedVolume['content']; pattern: RegExp }[];

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

/** Path of a volume of a directory storage. */
export function dirPath(folders: Folders, name: string): string {
  const { content, vmid, file } = parseDirName(name);
  return `${folders[content]}/${content === 'images' ? `${vmid ?? 0}/` : ''}${file}`;
}

/** The plain file that a path in one of the folders is. */
export function plainName(folders: Folders, path: string): string | undefined {
  for (const { content, pattern } of PLAIN_CONTENTS) {
    const folder = `${folders[content]}/`;
    const file = path.slice(folder.length);
    if (path.startsWith(folder) && pattern.test(file)) return `${content}/${file}`;
  }
  return undefined;
}

function parseDiskFile(file: string): ParsedVolume {
  const match = DISK_FILE.exec(file);
  if (!match) throw new PveFailure(`unable to parse volume filename '${file}'`);
  return { content: 'images', file, format: match[2] ?? 'raw', isBase: match[1] !== undefined };
}

function parsePlainName(name: string): ParsedVolume {
  const slash = name.indexOf('/');
  const [prefix, file] = [name.slice(0, slash), name.slice(slash + 1)];
  const plain = PLAIN_CONTENTS.find(kind => kind.content === prefix && kind.pattern.test(file));
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
