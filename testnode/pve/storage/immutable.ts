import { runToEnd } from '../runtime/run-command.ts';

/** Sets or clears the immutable flag, which keeps even root from writing to a base image. */
export function setImmutable(path: string, immutable: boolean): void {
  // Some file systems have no such flag; PVE goes on without it too.
  runToEnd('chattr', [immutable ? '+i' : '-i', path]);
}
