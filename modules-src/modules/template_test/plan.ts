import { sameSetting } from '../../pve/settings/values.ts';
import { attachedDrive } from '../../pve/text/cloud-init-volumes.ts';
import type { VmConfig } from '../../pve/text/vm-config.ts';
import { removeStubStep, recoverySteps, waitStep } from '../../pve/vms/begun.ts';
import { nameOf } from '../../pve/vms/generations/family.ts';
import { trialName } from '../../pve/vms/generations/name.ts';
import { hiddenWarnings, removeGeneration } from '../../pve/cloud-init/own-files.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { staticAddresses } from '../../pve/vms/guest-signs.ts';
import { changedDescription, readMarker, type GenerationMark } from '../../pve/vms/marker.ts';
import { requireChangeable, requireOwnVm } from '../../pve/vms/ownership.ts';
import { destroyStep, keptBecause, keptText } from '../../pve/vms/removal.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';
import { makeTrial } from './make.ts';
import type { Trial } from './trials.ts';
import type { Observed, Wanted } from './wanted.ts';

/**
 * A generation that has not passed is tried in a clone, and that is all at first. What became of it is seen by the look after
 * it: the clone goes, and what has passed is noted as such; else a new generation goes, too, and the reason is told.
 */
export function planTest(wanted: Wanted, observed: Observed): readonly Lane[] {
  const purpose = `test VM ${wanted.vmid} (${wanted.name})`;
  const { outcome, vm } = observed;
  const failure = outcome?.failure;
  if (failure !== undefined) return failureLanes(wanted, observed, failure);
  const record = requireOwnVm(wanted, vm.record, purpose);
  const ended = leftTrials(observed).flatMap(removeTrial);
  if (hasPassed(record, observed)) return [about(wanted, ended)];
  requireChangeable(record, vm.localNode, purpose);
  if (outcome !== undefined) return [about(wanted, [...ended, notePass(record, observed.digest)])];
  if (!vm.assumed) requireTestable(wanted, record.config, purpose);
  return [tryOut(wanted, observed, record)];
}

/** What follows the test is a lane of its own. */
const about = ({ vmid }: Wanted, lane: Lane): Lane => lane.map(step => ({ ...step, subject: String(vmid) }));

export const hasPassed = (record: VmRecord, { digest }: Pick<Observed, 'digest'>): boolean =>
  markOf(record)?.passed === digest;

const markOf = ({ vmid, config }: VmRecord): GenerationMark | undefined =>
  readMarker(config.get('description'), vmid)?.generation;

/** Trials of any generation of the family that nobody needs any more. */
const leftTrials = ({ trials }: Observed): readonly Trial[] =>
  trials.filter(({ doubt, stage }) => doubt === undefined && stage !== 'begun');

/** A trial of this generation that runs is as good as a new one; one that stands still may have booted before. */
export const runningTrial = ({ vmid }: Pick<Wanted, 'vmid'>, { trials }: Pick<Observed, 'trials'>) =>
  trials.find(one => one.of === vmid && one.running && one.stage === 'ready' && one.doubt === undefined);

function tryOut(wanted: Wanted, observed: Observed, template: VmRecord): Lane {
  const running = runningTrial(wanted, observed);
  const others = leftTrials(observed).filter(one => one !== running);
  const name = trialName(wanted.generation.family, wanted.generation.number);
  const begun = [
    ...observed.trials.map(({ record, remains }) => ({ vmid: record.vmid, remains })),
    observed.next,
  ];
  const busy = begun.find(one => one?.remains?.isBusy === true);
  if (busy?.remains !== undefined) return [waitStep({ vmid: busy.vmid, name }, busy.remains)];
  const vmid = running?.record.vmid ?? observed.next?.vmid ?? wanted.vmid;
  return [
    ...others.flatMap(removeTrial),
    ...observed.trials.flatMap(one => removeBegun(one, name)),
    ...(running === undefined ? makeTrial(wanted, observed, template, name) : []),
    testStep(wanted, vmid, name),
  ];
}

/** What an interrupted copy has left, volumes that nothing names included. */
const removeBegun = ({ record, stage, remains }: Trial, name: string): Step[] =>
  stage === 'begun'
    ? [
        removeStubStep({ vmid: record.vmid, name }, record),
        ...recoverySteps({ vmid: record.vmid, name }, remains),
      ]
    : [];

const testStep = (wanted: Wanted, vmid: number, name: string): Step => {
  const { template_test: test, template_test_commands: commands = [], template_test_timeout: limit } = wanted;
  const signs = test === 'boot' ? 'its agent answers' : 'its agent answers and cloud-init ends well';
  const told = commands.length === 0 ? '' : `, and ${commands.length} commands end with 0`;
  return {
    summary: `test VM ${wanted.vmid} (${wanted.name}) by its clone ${vmid} (${name}): ${signs}${told}, within ${limit} s`,
    action: {
      kind: 'test-guest',
      vmid,
      sign: test === 'boot' ? 'agent' : 'cloud-init',
      commands,
      timeoutSeconds: limit,
    },
    changesNothing: true,
  };
};

/** What comes and goes with a test is no difference. */
function removeTrial({ record, running }: Trial): Step[] {
  const label = `VM ${record.vmid} (${nameOf(record)}), by which a generation was tested`;
  return [
    ...(running
      ? [{ summary: `stop VM ${record.vmid} (${nameOf(record)})`, action: qm('stop', record.vmid) }]
      : []),
    { ...destroyStep(record, label), changes: [] },
  ];
}

function notePass(record: VmRecord, digest: string): Step {
  const { vmid, config } = record;
  const { untested, ...mark } = markOf(record) ?? { family: '', number: 0 };
  const description = changedDescription(config, vmid, {
    marker: { generation: { ...mark, passed: digest } },
  });
  return {
    summary: `note that VM ${vmid} (${nameOf(record)}) has passed its test`,
    action: qm('set', vmid, { description }),
    changes: [{ key: 'test', before: untested === true ? 'not passed' : mark.passed, after: digest }],
  };
}

/** The clone goes, then a new generation that is not to be kept; what is current already stays what it is. */
function failureLanes(wanted: Wanted, observed: Observed, failure: string): readonly Lane[] {
  const { record } = observed.vm;
  const { vmid, name, generation } = wanted;
  const trials = leftTrials(observed);
  const others = observed.others.filter(other => !trials.some(one => one.record.vmid === other.vmid));
  const mark = record === undefined ? undefined : markOf(record);
  const isNew = record === undefined || mark?.untested === true || mark?.held === true;
  const kept = record === undefined ? undefined : keptBecause(record, { ...observed, others });
  const goes = record !== undefined && isNew && !wanted.template_test_keep && kept === undefined;
  const removal = about(wanted, [
    ...trials.flatMap(removeTrial),
    ...(goes ? removeGeneration(record, generation.number, observed.files) : []),
  ]);
  const stays =
    !isNew || wanted.template_test_keep || kept === undefined ? '' : `; it stays: ${keptText(kept)}`;
  const left = goes ? hiddenWarnings(observed.files?.snippets.hidden ?? [], observed.vm.localNode) : [];
  const state = isNew
    ? whereItIs(wanted, record !== undefined && !goes)
    : 'it is the current one, and stays so';
  const reason = `VM ${vmid} (${name}) did not pass its test: ${[failure, state + stays, ...left].join('; ')}`;
  return [removal, [{ summary: `test VM ${vmid} (${name})`, action: { kind: 'refuse', reason } }]];
}

const whereItIs = ({ generation: { family }, template_test_keep: keep }: Wanted, isThere: boolean): string =>
  `the name ${family} stays where it was, and this generation ${isThere ? 'is kept' : 'is removed'}` +
  (keep ? ', and tested again by the next run' : `; ${optionName('template_test_keep')}: true keeps it`);

function requireTestable(wanted: Wanted, config: VmConfig, purpose: string): void {
  if (!sameSetting('agent', '1', config.get('agent')))
    throw new UserError(
      `cannot ${purpose}: it has no guest agent that could tell how its clone is; set ${optionName('agent')}: true`,
    );
  if (!/-/.test(config.get('vmgenid') ?? ''))
    throw new UserError(
      `cannot ${purpose}: it has no vmgenid, by which its clone would be known as ours and removed; ` +
        `leave vmgenid out of ${optionName('extra_config')}, or set ${optionName('template_test')}: none`,
    );
  const bridge = wanted.template_test_bridge;
  if (bridge !== undefined && attachedDrive(config) !== undefined && staticAddresses(config).length > 0)
    throw new UserError(
      `cannot ${purpose} on ${bridge}: its cloud-init drive, which its clone shares, gives it ${staticAddresses(config).join(', ')}; ` +
        `give addresses to the clones alone, or leave out ${optionName('template_test_bridge')}`,
    );
}

/** Clones that look like trials of ours and are not, or not only. */
export function testNotices(_: Wanted, { trials }: Observed): Notices {
  const doubtful = trials.filter(({ doubt }) => doubt !== undefined);
  return {
    warnings: doubtful.map(
      ({ record, doubt = '' }) =>
        `VM ${record.vmid} (${nameOf(record)}) stays although its test has ended, because ${doubt}; ` +
        `if nobody needs it, remove it with \`qm destroy ${record.vmid} --purge\``,
    ),
  };
}
