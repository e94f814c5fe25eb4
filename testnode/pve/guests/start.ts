import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Section } from '../config/sections.ts';
import { PveFailure } from '../runtime/failure.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { bootGuest } from './boot.ts';
import { readIfThere } from '../runtime/read-if-there.ts';
import { pidFileOf, processStart } from '../running/process.ts';
import { workingGuest } from './working-guest.ts';

const WAIT_FOREVER = 'exec 3<> <(:); while :; do read -r -t 86400 -u 3; done';

/** Starts the guest of a VM: a real one, or a process that has a VM's pidfile and does nothing else, or counts. */
export async function startGuestOf(vmid: number, config: Section): Promise<void> {
  if (nodeSettings().guests === 'boot') return bootGuest(vmid, config);
  // It has the name and the arguments by which PVE and others know a guest's process; it waits without a child.
  const [program, ...args] = nodeSettings().guestsCount
    ? workingGuest(vmid, config)
    : ['/bin/bash', '-c', WAIT_FOREVER, '-id', String(vmid)];
  mkdirSync(dirname(pidFileOf(vmid)), { recursive: true });
  const child = spawn(program, args, {
    argv0: '/usr/bin/kvm',
    detached: true,
    stdio: 'ignore',
  });
  if (child.pid === undefined) throw new PveFailure(`start failed: cannot start a process for VM ${vmid}`);
  child.unref();
  // The kernel shows its arguments a moment after it has begun.
  while (processStart(child.pid) !== undefined && readIfThere(`/proc/${child.pid}/cmdline`)?.length === 0)
    await setTimeout(1);
  writeFileSync(pidFileOf(vmid), `${child.pid}\n`);
}
