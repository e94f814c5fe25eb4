import { slotOf, type ReplacementNote } from '../../pve/vms/replacement-note.ts';
import { stageOf } from '../../pve/replacement/stage.ts';
import { waitStep, recoverySteps } from '../../pve/vms/begun.ts';
import { hasSign } from '../../pve/vms/guest-signs.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { planOwnVm } from '../../pve/vms/ownership.ts';
import type { Lane, Step } from '../../sdk/step.ts';
import { backSteps, endSteps, failedStep, returnSteps } from './back.ts';
import { goesOn, isDue } from './due.ts';
import { requireReplaceable } from './refusals.ts';
import { noteOf, noteStep, swapSteps, trySteps } from './swap.ts';
import { purposeOf, signOf, type Observed, type Wanted } from './wanted.ts';

/**
 * The old disk makes way for one of the image, and goes when the new system has given its sign; else it comes back. What is
 * noted in the VM, and which disk is in the slot, tell how far a run has come, whichever run that was.
 */
export function planReplacement(wanted: Wanted, observed: Observed): readonly Lane[] {
  const { vm } = observed;
  return planOwnVm(wanted, vm, purposeOf(wanted), config => {
    if (vm.assumed || vm.record === undefined) return [];
    const record = { ...vm.record, config };
    const steps = nextSteps(wanted, observed, record);
    if (steps.length === 0) return [];
    const { remains } = vm;
    if (remains?.isBusy === true) return [[waitStep(wanted, remains)]];
    return [[...recoverySteps(wanted, remains), ...steps]];
  });
}

function nextSteps(wanted: Wanted, observed: Observed, record: VmRecord): Step[] {
  const { config, vmid } = record;
  const note = readMarker(config.get('description'), vmid)?.replacing;
  if (note === undefined) return begin(wanted, observed, record);
  // Whatever is declared by now, what was begun with one disk is ended with that one.
  return goOn(
    { ...wanted, disk: slotOf(note) },
    goesOn(wanted, observed, config, note),
    observed,
    record,
    note,
  );
}

function goOn(
  wanted: Wanted,
  isWanted: boolean,
  observed: Observed,
  record: VmRecord,
  note: ReplacementNote,
): Step[] {
  const { work } = observed;
  switch (stageOf(note, record.config)) {
    case 'returned':
      // A later run knows no more than that.
      return work?.failure === undefined
        ? [flaw(wanted, 'the new one, which an earlier run had begun, did not come up')]
        : last(wanted, backSteps(wanted, observed, record, note));
    case 'begun':
      if (work?.failure !== undefined || !isWanted)
        return last(wanted, backSteps(wanted, observed, record, note));
      return observed.isProven
        ? swapSteps(wanted, observed, record, note)
        : begin(wanted, observed, record, note.running);
    case 'tried':
      return work?.failure === undefined
        ? onwards(wanted, observed, record, note)
        : last(wanted, returnSteps(wanted, observed, record, note));
  }
}

function onwards(wanted: Wanted, observed: Observed, record: VmRecord, note: ReplacementNote): Step[] {
  const why = cloudInitFlaw(wanted, observed);
  if (why !== undefined) return [flaw(wanted, why)];
  return isUp(wanted, observed, record)
    ? last(wanted, endSteps(wanted, observed, record, note))
    : trySteps(wanted, observed, record);
}

/** The attempt has failed, though no step of it did. */
const flaw = (wanted: Wanted, reason: string): Step => ({
  summary: purposeOf(wanted),
  action: { kind: 'refuse', reason },
  isAttempt: true,
});

/** What ends it is work of its own: it follows whatever came before, even where that was one look more than usual. */
const last = ({ vmid }: Wanted, steps: Step[]): Step[] =>
  steps.map(step => ({ ...step, subject: String(vmid) }));

function begin(wanted: Wanted, observed: Observed, record: VmRecord, ran = false): Step[] {
  const { work } = observed;
  if (work?.failure !== undefined) return last(wanted, [failedStep(wanted, observed)]);
  // Where this run has given it a new system, there is nothing left to do, whatever the image is.
  if (work !== undefined || !isDue(wanted, observed, record.config)) return [];
  requireReplaceable(wanted, record, observed.around);
  const note = noteOf(wanted, record, observed.vm.running || ran);
  return [noteStep(wanted, record, note), ...swapSteps(wanted, observed, record, note)];
}

const isUp = (wanted: Wanted, { vm, signs }: Observed, { config }: VmRecord): boolean =>
  vm.running && !config.pending.has(wanted.disk) && hasSign(signOf(wanted), signs);

/** That cloud-init has ended is no good sign where it tells of an error. */
function cloudInitFlaw(wanted: Wanted, { signs }: Observed): string | undefined {
  const { status, detail } = signs.cloudInit ?? { status: '', detail: '' };
  if (signOf(wanted) !== 'cloud-init' || !/^(?:error|disabled)/.test(status)) return undefined;
  return `cloud-init of the new one ended with "${status}"${detail === '' ? '' : `: ${detail}`}`;
}
