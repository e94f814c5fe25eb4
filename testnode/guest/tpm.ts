import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { runProgram } from './programs.ts';
import { runFiles } from './run-files.ts';

const HEADER_SIZE = 16;

/** Starts the TPM of a VM, which ends when QEMU does; a new one is set up first, as a vendor does with a new machine. */
export async function startTpm(vmid: number, stateFile: string): Promise<void> {
  const { tpm } = runFiles(vmid);
  if (isBlank(stateFile)) await setUpTpm(stateFile, `${tpm}.setup.log`);
  await runProgram([
    ...['swtpm', 'socket', '--tpm2', '--tpmstate', `backend-uri=file://${stateFile},mode=0600`],
    ...['--ctrl', `type=unixio,path=${tpm},mode=0600`, '--pid', `file=${tpm}.pid`],
    ...['--terminate', '--daemon', '--log', `file=${tpm}.log,level=1`],
  ]);
}

async function setUpTpm(stateFile: string, log: string): Promise<void> {
  // swtpm takes an empty file of this size for a damaged state.
  rmSync(stateFile, { force: true });
  await runProgram([
    ...['swtpm_setup', '--tpm2', '--tpmstate', `file://${stateFile}`, '--runas', 'root', '--logfile', log],
    ...['--createek', '--create-ek-cert', '--create-platform-cert', '--lock-nvram', '--overwrite'],
  ]);
}

function isBlank(file: string): boolean {
  const handle = openSync(file, 'r');
  const header = Buffer.alloc(HEADER_SIZE);
  readSync(handle, header, 0, HEADER_SIZE, 0);
  closeSync(handle);
  return header.every(byte => byte === 0);
}
