import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runToEnd } from '../runtime/run-command.ts';
import type { Backend, ListedVolume, ParsedVolume } from './backend.ts';
import { nextDiskNumber } from './disk-number.ts';
import { setImmutable } from './immutable.ts';
import { usedBytes } from './image-file.ts';

const NAME = /^(?:(base-\d+-[^/\s]+)\/)?((vm|base)-(\d+)-[^/\s]+)$/;
const BASE_SUFFIX = '.base';

/** What differs between the two kinds of block storage that are imitated. */
export interface BlockKind {
  /** Word in messages: `lvm` or `zfs`. */
  readonly word: string;
  /** Whether the id of a linked clone names its base, as on ZFS but not on LVM-thin. */
  readonly namesBase: boolean;
}

/**
 * A shim: LVM-thin or ZFS imitated with raw files, because neither exists without its kernel module. Names, formats and
 * errors are those of the real storage; a linked clone is a copy (reflink where the disk can) with a note of its base.
 */
export function blockBackend(storage: string, kind: BlockKind): Backend {
  const root = `/var/lib/testnode/${storage}`;
  const fileOf = (name: string): string => `${root}/${parse(name).file}`;
  const parse = (name: string): ParsedVolume => parseBlockName(kind, name);
  const nextName = (vmid: number): string => `vm-${vmid}-disk-${nextDiskNumber(entries(root), vmid)}`;

  return {
    formats: ['raw'],
    parse,
    pathOf: fileOf,
    exists: name => existsSync(fileOf(name)),
    list: vmid => listVolumes(root, kind).filter(volume => vmid === undefined || volume.vmid === vmid),
    inspect: name => {
      const path = fileOf(name);
      if (!existsSync(path)) throw new PveFailure(`no such ${kind.word} volume '${name}'`);
      return { size: statSync(path).size, format: 'raw' };
    },
    allocate: (vmid, format, bytes, wantedName) => {
      if (format !== 'raw') throw new PveFailure(`unsupported format '${format}'`);
      const name = wantedName ?? nextName(vmid);
      if (!name.startsWith(`vm-${vmid}-`))
        throw new PveFailure(`illegal name '${name}' - should be 'vm-${vmid}-*'`);
      mkdirSync(root, { recursive: true });
      if (existsSync(fileOf(name))) throw new PveFailure(`${kind.word} volume '${name}' already exists`);
      writeFileSync(fileOf(name), '', { mode: 0o640 });
      truncateSync(fileOf(name), bytes);
      if (kind.word === 'lvm') print(`  Logical volume "${name}" created.`);
      return name;
    },
    free: name => {
      const path = fileOf(name);
      if (!existsSync(path)) throw new PveFailure(`no such ${kind.word} volume '${name}'`);
      setImmutable(path, false);
      rmSync(path);
      rmSync(`${path}${BASE_SUFFIX}`, { force: true });
      if (kind.word === 'lvm') print(`  Logical volume "${parse(name).file}" successfully removed.`);
    },
    resize: (name, bytes) => truncateSync(fileOf(name), bytes),
    reassign: (name, vmid) => {
      const next = nextName(vmid);
      const path = fileOf(name);
      renameSync(path, `${root}/${next}`);
      if (existsSync(`${path}${BASE_SUFFIX}`))
        renameSync(`${path}${BASE_SUFFIX}`, `${root}/${next}${BASE_SUFFIX}`);
      const { base } = parse(name);
      return `${base === undefined ? '' : `${base}/`}${next}`;
    },
    makeBase: name => {
      const { file, base } = parse(name);
      const baseName = file.replace(/^vm-/, 'base-');
      renameSync(fileOf(name), `${root}/${baseName}`);
      if (existsSync(`${root}/${file}${BASE_SUFFIX}`))
        renameSync(`${root}/${file}${BASE_SUFFIX}`, `${root}/${baseName}${BASE_SUFFIX}`);
      chmodSync(`${root}/${baseName}`, 0o444);
      setImmutable(`${root}/${baseName}`, true);
      return base === undefined ? baseName : `${base}/${baseName}`;
    },
    cloneLinked: (name, vmid) => {
      const clone = nextName(vmid);
      runToEnd('cp', [
        '--reflink=auto',
        '--sparse=always',
        '--no-preserve=mode',
        fileOf(name),
        `${root}/${clone}`,
      ]);
      writeFileSync(`${root}/${clone}${BASE_SUFFIX}`, parse(name).file);
      return kind.namesBase ? `${parse(name).file}/${clone}` : clone;
    },
    snapshot: (action, name, snapshot) => snapshotFile(fileOf(name), action, snapshot),
    canSnapshot: () => true,
  };
}

function parseBlockName(kind: BlockKind, name: string): ParsedVolume {
  const match = NAME.exec(name);
  if (!match || (match[1] !== undefined && !kind.namesBase)) {
    throw new PveFailure(`unable to parse ${kind.word} volume name '${name}'`);
  }
  const [, base, file = '', prefix, vmid] = match;
  return {
    content: 'images',
    file,
    format: 'raw',
    isBase: prefix === 'base',
    vmid: Number(vmid),
    ...(base === undefined ? {} : { base }),
  };
}

function listVolumes(root: string, kind: BlockKind): readonly ListedVolume[] {
  return entries(root).map(file => {
    const noteOfBase = `${root}/${file}${BASE_SUFFIX}`;
    const base = existsSync(noteOfBase) ? readFileSync(noteOfBase, 'utf8') : undefined;
    const name = base !== undefined && kind.namesBase ? `${base}/${file}` : file;
    const { size, ctimeMs } = statSync(`${root}/${file}`);
    return {
      ...parseBlockName(kind, name),
      // LVM-thin does not know of clones: their base may go.
      ...(base === undefined || !kind.namesBase ? {} : { base }),
      name,
      size,
      used: usedBytes(`${root}/${file}`),
      created: Math.floor(ctimeMs / 1000),
    };
  });
}

function snapshotFile(path: string, action: 'create' | 'apply' | 'delete', snapshot: string): void {
  const copy = `${path}@${snapshot}`;
  if (action === 'create') runToEnd('cp', ['--reflink=auto', '--sparse=always', path, copy]);
  else if (action === 'delete') rmSync(copy, { force: true });
  else {
    rmSync(path);
    linkSync(copy, path);
    rmSync(copy);
    runToEnd('cp', ['--reflink=auto', '--sparse=always', path, copy]);
  }
}

function entries(root: string): readonly string[] {
  return existsSync(root)
    ? readdirSync(root)
        .filter(file => /^(vm|base)-/.test(file) && !file.endsWith(BASE_SUFFIX) && !file.includes('@'))
        .sort()
    : [];
}
