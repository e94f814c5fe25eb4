import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { QEMU_IMG } from '../storage/image-file.ts';
import { inspectVolume, volumePath } from '../storage/volumes.ts';
import { bootDisk } from '../config/boot-order.ts';
import { bootGuest } from './boot.ts';
import { parseDrive } from '../config/drive.ts';
import { pidFileOf } from '../running/process.ts';

const SECTOR = 512;
const BOOT_SIGNATURE = 0xaa55;
const WAIT_FOREVER = 'exec 3<> <(:); while :; do read -r -t 86400 -u 3; done';

/** Starts the guest of a VM: a real one, or a process that has a VM's pidfile and nothing else. */
export async function startGuestOf(vmid: number, config: Section): Promise<void> {
  if (nodeSettings().guests === 'boot') return bootGuest(vmid, config);
  // It has the name and the arguments by which PVE and others know a guest's process; it waits without a child.
  const child = spawn('/bin/bash', ['-c', WAIT_FOREVER, '-id', String(vmid)], {
    argv0: '/usr/bin/kvm',
    detached: true,
    stdio: 'ignore',
  });
  if (child.pid === undefined) throw new PveFailure(`start failed: cannot start a process for VM ${vmid}`);
  child.unref();
  mkdirSync(dirname(pidFileOf(vmid)), { recursive: true });
  writeFileSync(pidFileOf(vmid), `${child.pid}\n`);
}

/**
 * Whether a pretended guest listens to the power button and the agent: as with a real one, only if something boots. A
 * disk that can boot says so at the end of its first sector.
 */
export function hasOperatingSystem(config: Section): boolean {
  const slot = bootDisk(config);
  if (slot === undefined) return false;
  const { file } = parseDrive(slot, config.get(slot) ?? '');
  const { format, size } = inspectVolume(file);
  if (size < SECTOR) return false;
  return readFirstSector(volumePath(file), format).readUInt16LE(SECTOR - 2) === BOOT_SIGNATURE;
}

function readFirstSector(path: string, format: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'sector-'));
  try {
    const copy = join(directory, 'sector');
    runToEnd(QEMU_IMG, [
      'dd',
      '-U',
      '-f',
      format,
      '-O',
      'raw',
      `bs=${SECTOR}`,
      'count=1',
      `if=${path}`,
      `of=${copy}`,
    ]);
    return readFileSync(copy);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
