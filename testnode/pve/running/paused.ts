import { rmSync, writeFileSync } from 'node:fs';
import { readIfThere } from '../runtime/read-if-there.ts';
import { pidFileOf, pidOf } from './process.ts';

/** Notes that a guest stands still; the note holds for this process alone. */
export function markPaused(vmid: number): void {
  writeFileSync(noteOf(vmid), String(pidOf(vmid) ?? 0));
}

export function unmarkPaused(vmid: number): void {
  rmSync(noteOf(vmid), { force: true });
}

/** True for a guest that was told to stand still, and not yet to go on. */
export function isPaused(vmid: number): boolean {
  const note = readIfThere(noteOf(vmid));
  return note !== undefined && Number(note.toString()) === pidOf(vmid);
}

function noteOf(vmid: number): string {
  return pidFileOf(vmid).replace(/\.pid$/, '.paused');
}
