import { noteDigest, type ReplacementNote } from '../../pve/vms/replacement-note.ts';
import { oldVolumes, unusedOf, volumeIn } from '../../pve/replacement/stage.ts';
import { nextValues } from '../../pve/text/vm-config.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { changedDescription } from '../../pve/vms/marker.ts';
import { volumesIn, idOf } from '../../pve/vms/volumes.ts';
import { optionName } from '../../sdk/option-name.ts';
import { qm, type Change, type QmProperties, type Step } from '../../sdk/step.ts';
import { labelOf, purposeOf, type Observed, type Wanted } from './wanted.ts';

/** The new system has given its sign: the old disks go, and a VM that did not run stands still again. */
export function endSteps(
  wanted: Wanted,
  observed: Observed,
  record: VmRecord,
  note: ReplacementNote,
): Step[] {
  return [
    ...(note.running
      ? []
      : [
          {
            summary: `stop ${labelOf(wanted)}, which did not run before`,
            action: qm('shutdown', wanted.vmid, { timeout: wanted.timeout, forceStop: true }),
          },
        ]),
    removal(wanted, observed, record, oldVolumes(note), 'remove the old disks'),
  ];
}

/** Seconds that a system which has not come up has to give back what it may have written. */
const GRACE = 60;

/**
 * The old disks come back into their slots in one call, as they stood. Where one is gone, the VM stays as it is: what it has is
 * all that there is.
 */
export function returnSteps(
  wanted: Wanted,
  observed: Observed,
  record: VmRecord,
  note: ReplacementNote,
): Step[] {
  const { vmid, config } = record;
  const there = volumesIn(config).map(({ volume }) => idOf(volume));
  if (!observed.isProven) return [refusal(wanted, observed, byHand(wanted, note))];
  const gone = oldVolumes(note).filter(volume => !there.includes(volume));
  if (gone.length > 0)
    return [
      setStep(wanted, record, `forget the old disks of ${labelOf(wanted)}`, {}, { replacing: undefined }),
      refusal(
        wanted,
        observed,
        `its old disk is gone (${gone.join(', ')}), so it stays as it is; see \`qm config ${vmid}\``,
      ),
    ];
  const values = nextValues(config);
  const failed = Object.keys(note.drives).flatMap(slot => volumeIn(slot, values) ?? []);
  const { image, digest, diskSize, disks } = note.made;
  const replacing = { ...note, failed };
  const back = { image, digest, diskSize, disks, replacing };
  const remembers = [note, replacing].map(noteDigest);
  return [
    ...(observed.vm.running
      ? [
          {
            summary: `stop the new system of ${labelOf(wanted)}`,
            action: qm('shutdown', vmid, { timeout: Math.min(wanted.timeout, GRACE), forceStop: true }),
          },
        ]
      : []),
    setStep(wanted, record, `put the old disks of ${labelOf(wanted)} back`, note.drives, back, remembers),
    ...startOld(wanted, note, false),
  ];
}

/** What nobody but a person may judge: whoever edits the notes could have named any disk. */
function byHand({ vmid }: Wanted, { drives }: ReplacementNote): string {
  const back = Object.entries(drives).map(([slot, drive]) => ` --${slot} ${drive.split(',', 1)[0] ?? ''}`);
  return (
    'nothing but its notes, which anybody may edit, tells which disk was there before, so it stays as it is; if that is ' +
    `right, put the old disk back with \`qm set ${vmid}${back.join('')}\``
  );
}

/** The old disks are in their slots: nothing is left to do but to start the old system and to remove what has failed. */
export function backSteps(
  wanted: Wanted,
  observed: Observed,
  record: VmRecord,
  note: ReplacementNote,
): Step[] {
  return [
    ...startOld(wanted, note, observed.vm.running),
    removal(wanted, observed, record, note.failed ?? [], 'remove the new disks'),
    ...(observed.work?.failure === undefined ? [] : [failedStep(wanted, observed)]),
  ];
}

/** What a run that has met a failure tells, when all else is done. */
export const failedStep = (wanted: Wanted, observed: Observed): Step =>
  refusal(
    wanted,
    observed,
    `the old disk is in its place again, and ${observed.isProven ? 'nothing of the new one is left' : `what is left of the new one stays (see \`qm config ${wanted.vmid}\`)`}`,
  );

const startOld = (wanted: Wanted, { running }: ReplacementNote, runs: boolean): Step[] =>
  running && !runs
    ? [{ summary: `start ${labelOf(wanted)} from its old disk again`, action: qm('start', wanted.vmid) }]
    : [];

/** Volumes that are proven to be nothing but that, and the note that proves it. */
function removal(
  wanted: Wanted,
  { around, isProven }: Observed,
  record: VmRecord,
  volumes: readonly string[],
  what: string,
): Step {
  const unused = isProven ? unusedOf(record, volumes, around?.others ?? []) : [];
  const goes = unused.length === 0 ? {} : { delete: unused.map(({ key }) => key) };
  const names = unused.map(({ volume }) => volume).join(', ');
  const summary =
    unused.length === 0
      ? `forget the replacement of ${labelOf(wanted)}`
      : `${what} of ${labelOf(wanted)}: ${names}`;
  const step = setStep(wanted, record, summary, goes, { replacing: undefined });
  return {
    ...step,
    changes: unused.map(({ volume }): Change => ({ key: volume, before: 'present', after: undefined })),
  };
}

function setStep(
  { vmid }: Wanted,
  { config }: VmRecord,
  summary: string,
  properties: QmProperties,
  marker: NonNullable<Parameters<typeof changedDescription>[2]['marker']>,
  remembers: readonly string[] = [],
): Step {
  const description = changedDescription(config, vmid, { marker });
  return { summary, action: { ...qm('set', vmid, { ...properties, description }), remembers } };
}

function refusal(wanted: Wanted, { work }: Observed, state: string): Step {
  const reason =
    `cannot ${purposeOf(wanted)}: ${work?.failure ?? ''}; ${state}; mend the image or give it more time with ` +
    `${optionName('wait_timeout')}, or stay with the old one by ${optionName('replace')}: never`;
  return { summary: purposeOf(wanted), action: { kind: 'refuse', reason } };
}
