import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { bootGuest } from './boot.ts';
import { pidFileOf } from '../running/process.ts';

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
