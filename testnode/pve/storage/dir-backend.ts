import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';
import { print, warn } from '../runtime/output.ts';
import { assertNotOpen } from '../running/open-images.ts';
import type { Backend, ListedVolume } from './backend.ts';
import { dirPath, parseDirName, PLAIN_CONTENTS } from './dir-names.ts';
import type { Folders } from './folders.ts';
import { inspectImage, usedBytes } from './image-file.ts';
import { setImmutable } from './immutable.ts';
import { nextDiskNumber } from './disk-number.ts';
import { createImage, createLinkedImage, resizeImage, snapshotImage } from './qemu-img.ts';

const KIB = 1024;
const DISK_MODE = 0o640;
/** PVE makes volumes, and with them their folder, with a mask of its own. */
const NEW_FOLDER_MODE = 0o740;
const LINKED_MODE = 0o644;
const BASE_MODE = 0o444;

/** A storage that is a directory: images/<vmid>/…, template/iso, snippets, import. */
export function dirBackend(folders: Folders): Backend {
  const pathOf = (name: string): string => dirPath(folders, name);
  const imageName = (vmid: number, file: string): string => `${vmid}/${file}`;

  return {
    formats: ['raw', 'qcow2', 'vmdk'],
    parse: parseDirName,
    pathOf,
    exists: name => existsSync(pathOf(name)),
    list: vmid => [...listDisks(folders.images, vmid), ...listPlainFiles(folders)],
    inspect: name => {
      const { content, format, vmid, file } = parseDirName(name);
      if (content !== 'images' || vmid === undefined) return inspectImage(pathOf(name), format);
      return inspectImage(pathOf(name), file.replace(/^.*\./, ''));
    },
    allocate: (vmid, format, bytes, wantedFile) => {
      const file = wantedFile ?? nextFile(folders.images, vmid, format);
      const name = imageName(vmid, file);
      const path = pathOf(name);
      if (existsSync(path)) throw new PveFailure(`disk image '${path}' already exists`);
      mkdirSync(`${folders.images}/${vmid}`, { recursive: true, mode: NEW_FOLDER_MODE });
      createOrRemove(folders.images, path, vmid, () => createImage(path, format, bytes));
      chmodSync(path, DISK_MODE);
      return name;
    },
    free: name => freeFile(folders.images, pathOf(name), parseDirName(name).vmid),
    resize: (name, bytes, isOpen) => {
      // Seen with a size of 1 byte more: PVE rounds up to whole KiB.
      const rounded = Math.ceil(bytes / KIB) * KIB;
      resizeImage(pathOf(name), parseDirName(name).format, rounded, isOpen);
    },
    reassign: (name, vmid) => {
      const { vmid: owner = 0, format, base } = parseDirName(name);
      const file = nextFile(folders.images, vmid, format);
      mkdirSync(`${folders.images}/${vmid}`, { recursive: true });
      renameSync(pathOf(name), pathOf(imageName(vmid, file)));
      removeIfEmpty(`${folders.images}/${owner}`);
      return `${base === undefined ? '' : `${base}/`}${imageName(vmid, file)}`;
    },
    makeBase: name => {
      const { vmid = 0, file, base } = parseDirName(name);
      const baseName = imageName(vmid, file.replace(/^vm-/, 'base-'));
      if (existsSync(pathOf(baseName))) throw new PveFailure(`file '${pathOf(baseName)}' already exists`);
      renameSync(pathOf(name), pathOf(baseName));
      chmodSync(pathOf(baseName), BASE_MODE);
      setImmutable(pathOf(baseName), true);
      // What it stands on itself stays in its name (create_base in pve-storage 8.3 and 9.1).
      return base === undefined ? baseName : `${base}/${baseName}`;
    },
    cloneLinked: (name, vmid) => {
      const { vmid: baseVmid = 0, file: baseFile, format } = parseDirName(name);
      const file = nextFile(folders.images, vmid, 'qcow2');
      const base = `../${baseVmid}/${baseFile}`;
      const path = pathOf(imageName(vmid, file));
      print(`clone ${name}: images, ${file}, ${vmid} to ${file} (base=${base})`);
      mkdirSync(`${folders.images}/${vmid}`, { recursive: true });
      const { size } = inspectImage(pathOf(name), format);
      createOrRemove(folders.images, path, vmid, () => createLinkedImage(path, base, format, size));
      chmodSync(path, LINKED_MODE);
      return `${baseVmid}/${baseFile}/${vmid}/${file}`;
    },
    snapshot: (action, name, snapshot) => snapshotImage(pathOf(name), action, snapshot),
    canSnapshot: name => parseDirName(name).format === 'qcow2',
  };
}

function nextFile(images: string, vmid: number, format: string): string {
  const files = listDisks(images, vmid).map(({ file }) => file);
  for (const file of files) assertNotOpen(`${images}/${vmid}/${file}`);
  return `vm-${vmid}-disk-${nextDiskNumber(files, vmid)}.${format}`;
}

// A failed creation leaves no part of an image.
function createOrRemove(images: string, path: string, vmid: number, create: () => void): void {
  try {
    create();
  } catch (error) {
    rmSync(path, { force: true });
    removeIfEmpty(`${images}/${vmid}`);
    throw error;
  }
}

function freeFile(images: string, path: string, vmid: number | undefined): void {
  if (!existsSync(path)) {
    warn(`disk image '${path}' does not exist`);
    return;
  }
  setImmutable(path, false);
  rmSync(path);
  if (vmid !== undefined) removeIfEmpty(`${images}/${vmid}`);
}

function removeIfEmpty(directory: string): void {
  if (readdirSync(directory).length === 0) rmdirSync(directory);
}

function listDisks(images: string, vmid?: number): readonly ListedVolume[] {
  const owners = vmid === undefined ? numericEntries(images) : [String(vmid)];
  return owners.flatMap(owner =>
    entries(`${images}/${owner}`).flatMap(file => describeDisk(images, owner, file)),
  );
}

function describeDisk(images: string, owner: string, file: string): readonly ListedVolume[] {
  const format = /\.(raw|qcow2|vmdk|subvol)$/.exec(file)?.[1];
  if (format === undefined) return [];
  const path = `${images}/${owner}/${file}`;
  const { size, backingFile } = inspectImage(path, format);
  const base = backingFile === undefined ? undefined : /^\.\.\/(\d+\/base-[^/]+)$/.exec(backingFile)?.[1];
  return [
    {
      content: 'images',
      file,
      format,
      isBase: file.startsWith('base-'),
      vmid: Number(owner),
      name: base === undefined ? `${owner}/${file}` : `${base}/${owner}/${file}`,
      ...(base === undefined ? {} : { base }),
      size,
      used: usedBytes(path),
      created: Math.floor(statSync(path).ctimeMs / 1000),
    },
  ];
}

function listPlainFiles(folders: Folders): readonly ListedVolume[] {
  return PLAIN_CONTENTS.flatMap(({ content, pattern }) =>
    entries(folders[content])
      .filter(file => pattern.test(file))
      .map(file => {
        const { size, ctimeMs } = statSync(`${folders[content]}/${file}`);
        const name = `${content}/${file}`;
        return { ...parseDirName(name), name, size, used: size, created: Math.floor(ctimeMs / 1000) };
      }),
  );
}

function entries(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

function numericEntries(directory: string): readonly string[] {
  return entries(directory).filter(entry => /^\d+$/.test(entry));
}
