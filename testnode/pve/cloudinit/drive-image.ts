import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { parsePropertyString } from '../schema/property-string.ts';
import { CLOUD_INIT_OPTIONS } from '../options/vm.ts';
import { QEMU_IMG } from '../storage/image-file.ts';
import { contentOf, findStorage, usableStorage } from '../storage/config.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import {
  allocateVolume,
  assertVolumeExists,
  backendOf,
  inspectVolume,
  volumePath,
} from '../storage/volumes.ts';
import { drivesOf, isCloudInitDrive } from '../config/drive.ts';
import { driveFormat, generateParts } from './parts.ts';
import type { PartName, Parts } from './parts.ts';

/** Size of a new drive. */
const DRIVE_BYTES = 4 * 1024 * 1024;

/** Label of the file system and the files in it, by format. */
const LAYOUTS = {
  nocloud: {
    label: 'cidata',
    files: { user: 'user-data', network: 'network-config', meta: 'meta-data', vendor: 'vendor-data' },
  },
  configdrive2: {
    label: 'config-2',
    files: {
      user: 'openstack/latest/user_data',
      network: 'openstack/content/0000',
      meta: 'openstack/latest/meta_data.json',
      vendor: 'openstack/latest/vendor_data.json',
    },
  },
  opennebula: {
    label: 'CONTEXT',
    files: { user: 'context.sh', network: 'network', meta: 'meta', vendor: 'vendor' },
  },
} as const;

/** Writes the cloud-init drive anew; a VM without one is left in peace. */
export async function updateCloudInitDrive(vmid: number, config: Section): Promise<void> {
  const drive = drivesOf(config).find(isCloudInitDrive);
  if (!drive) return;
  await allocateIfGone(vmid, drive.file);
  const format = driveFormat(config);
  const parts = customised(config, generateParts(vmid, config));
  print('generating cloud-init ISO');
  writeDrive(drive.file, LAYOUTS[format], parts);
}

async function allocateIfGone(vmid: number, volid: string): Promise<void> {
  const { storage, name } = parseVolumeId(volid);
  const backend = backendOf(usableStorage(storage));
  if (backend.exists(name)) return;
  const { file, format } = backend.parse(name);
  await allocateVolume({
    storage,
    vmid,
    format: backend.formats.find(known => known === format) ?? 'raw',
    bytes: DRIVE_BYTES,
    name: file,
  });
}

// Files that `cicustom` names replace what PVE would write.
function customised(config: Section, parts: Parts): Parts {
  const schemas = CLOUD_INIT_OPTIONS.cicustom?.properties ?? {};
  const custom = parsePropertyString(schemas, config.get('cicustom') ?? '');
  const replaced = { ...parts };
  for (const part of ['user', 'network', 'meta', 'vendor'] as const) {
    const volid = custom.get(part);
    if (volid !== undefined) replaced[part] = readSnippet(volid);
  }
  return replaced;
}

function readSnippet(volid: string): string {
  const storage = findStorage(parseVolumeId(volid).storage);
  if (!contentOf(storage).includes('snippets')) {
    throw new PveFailure(`storage '${storage.id}' does not support 'snippets' content`);
  }
  assertVolumeExists(volid);
  return readFileSync(volumePath(volid), 'utf8');
}

interface Layout {
  readonly label: string;
  readonly files: Readonly<Record<PartName, string>>;
}

function writeDrive(volid: string, { label, files }: Layout, parts: Parts): void {
  const directory = mkdtempSync(join(tmpdir(), 'cloudinit-'));
  try {
    const content = join(directory, 'content');
    for (const part of ['user', 'network', 'meta', 'vendor'] as const) {
      const file = join(content, files[part]);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, parts[part]);
    }
    const iso = join(directory, 'drive.iso');
    run('genisoimage', ['-quiet', '-iso-level', '3', '-R', '-V', label, '-o', iso, content]);
    copyInto(iso, volid);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function copyInto(iso: string, volid: string): void {
  const { format } = inspectVolume(volid);
  run(QEMU_IMG, ['convert', '-n', '-f', 'raw', '-O', format, iso, volumePath(volid)]);
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = runToEnd(program, args);
  if (status !== 0) throw new PveFailure(`command '${program}' failed: ${stderr.trim()}`);
}
