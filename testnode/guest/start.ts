import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { accelerator } from './accelerator.ts';
import type { GuestConfig, VolumePath } from './device.ts';
import { temporaryVarsSource, tpmStateOf } from './firmware-arguments.ts';
import { tapsOf } from './network-arguments.ts';
import type { Tap } from './network-arguments.ts';
import { runProgram } from './programs.ts';
import { qemuArguments } from './qemu-arguments.ts';
import { runFiles } from './run-files.ts';
import { startTpm } from './tpm.ts';

const QEMU = '/usr/bin/qemu-system-x86_64';
/** The name under which Proxmox VE starts QEMU, for those who look for the process. */
const PVE_NAME = '/usr/bin/kvm';

/** Boots a VM's guest under QEMU; resolves when QEMU runs. A failed start leaves nothing behind. */
export async function startGuest(vmid: number, config: GuestConfig, volumePath: VolumePath): Promise<void> {
  const files = runFiles(vmid);
  mkdirSync(files.directory, { recursive: true });
  const vars = temporaryVarsSource(config);
  if (vars !== undefined) copyFileSync(vars, files.temporaryVars);
  const tpmState = tpmStateOf(config, volumePath);
  if (tpmState !== undefined) await startTpm(vmid, tpmState);
  // The TPM ends by itself when QEMU hangs up, but not when QEMU never came.
  try {
    const args = qemuArguments({ vmid, config, volumePath, accelerator: accelerator() });
    await runProgram([QEMU, ...args], PVE_NAME);
    await joinBridges(vmid, tapsOf(vmid, config));
  } catch (error) {
    killByFile(`${files.tpm}.pid`);
    throw error;
  }
}

async function joinBridges(vmid: number, taps: readonly Tap[]): Promise<void> {
  try {
    for (const { name, bridge } of taps)
      await runProgram(['ip', 'link', 'set', name, 'master', bridge, 'up']);
  } catch (error) {
    killByFile(runFiles(vmid).pid);
    throw error;
  }
}

function killByFile(file: string): void {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  } catch {
    // It never started, or has ended.
  }
  rmSync(file, { force: true });
}
