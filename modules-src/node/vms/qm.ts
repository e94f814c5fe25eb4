import { readFailure, saysTaken } from '../../pve/text/failure.ts';
import { StepError } from '../../sdk/step-error.ts';
import { qm as qmAction, qmOf, type ClusterAction, type QmAction } from '../../sdk/step.ts';
import { readText } from '../../system/files.ts';
import { writePrivateFile } from '../../system/private-files.ts';
import type { CommandResult } from '../../system/run-command.ts';
import { withPinned } from '../../images/pinned.ts';
import { targetOf } from '../../pve/vms/begun.ts';
import { hearWarnings, withoutWarnings } from '../qm/warnings.ts';
import { callQm } from '../qm/way.ts';
import { configFile, forgetBegun, forgetNote, noteBegun } from './note.ts';
import { begunAs, readRemains } from './remains.ts';
import { free } from './volumes.ts';
import { renderQm, showQm } from './render-qm.ts';

/** One `qm` call. */
export const qm = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'qm' ? runQm(action, run => run()) : undefined;

/** One that reads an image, which must stay what it was when it was checked. */
export const importImage = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'import-image'
    ? runQm(qmAction('set', action.vmid, action.properties), run => withPinned(action.image, run))
    : undefined;

type Run = () => Promise<CommandResult>;

async function runQm(action: QmAction, around: (run: Run) => Promise<CommandResult>): Promise<void> {
  const call = renderQm(action, writePrivateFile);
  await noteBegun(action);
  const { rc, stdout, stderr } = await around(() => callQm(call.argv.slice(1), call.input));
  const complained = FAILS_WITH_ZERO.has(action.verb) && withoutWarnings(stderr).trim() !== '';
  if (rc === 0 && !complained) {
    // A task writes them to either.
    hearWarnings(`${action.verb} ${action.vmid}`, `${stdout}\n${stderr}`);
    return forgetBegun(action);
  }
  const { reason, transient } = readFailure(stderr, stdout);
  if (saysTaken(reason)) await forgetNote(targetOf(action));
  throw new StepError(
    `qm ${action.verb} ${action.vmid}: ${reason}${await cleanUp(action)}${await stubOf(action)}`,
    transient,
  );
}

/** PVE itself forgets some volumes when it fails, such as an EFI disk for which there are no keys (qemu-server 9.2). */
async function cleanUp(action: QmAction): Promise<string> {
  const remains = await readRemains(targetOf(action));
  if (remains === undefined || remains.isBusy || remains.volumes.length === 0) return '';
  for (const volume of remains.volumes) await free(volume);
  return `; it had left ${remains.volumes.join(', ')}, which was removed`;
}

/** A worker that was killed could not take back what it had written first. */
async function stubOf(action: QmAction): Promise<string> {
  const vmid = targetOf(action);
  const file = configFile(vmid);
  const text = await readText(file);
  if (text === undefined || (await begunAs(vmid, file, text)) === undefined) return '';
  return `; VM ${vmid} is left with "lock: ${action.verb}": the next run makes it anew, and \`qm destroy ${vmid} --skiplock 1\` removes it`;
}

/** Verbs that exit 0 although they failed and say so on stderr only (PVE 8.0.2 and later, docs/pve-notes/qm.md). */
const FAILS_WITH_ZERO: ReadonlySet<string> = new Set(['resize', 'template']);

/** The call of an action, for people. */
export function showCall(action: ClusterAction): string | undefined {
  const operation = qmOf(action);
  return operation === undefined ? undefined : showQm(operation);
}
