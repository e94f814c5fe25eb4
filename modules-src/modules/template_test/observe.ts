import { randomUUID } from 'node:crypto';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { READ_VMS, surveyVms } from '../../pve/vms/find.ts';
import { trialName } from '../../pve/vms/generations/name.ts';
import { FIND_FILES, ownFiles } from '../../pve/cloud-init/own-files.ts';
import { settingsDigest } from '../../pve/vms/generations/settings-digest.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { assumedRecord } from '../../pve/vms/ownership.ts';
import { freeVmids, parseRange, rangeIsFull } from '../../pve/vms/vmids/range.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { hasPassed, runningTrial } from './plan.ts';
import { trialsOf, type Trial } from './trials.ts';
import type { Observed, Wanted } from './wanted.ts';

export const TEST_ASKS = [
  ...READ_VMS,
  ...FIND_FILES,
  'isRunning',
  'readStorages',
  'readRemains',
  'readClusterLists',
  'readTestOutcome',
  'claimVmid',
] as const;

type Asked = Part<(typeof TEST_ASKS)[number]>;

export async function observeTest(
  wanted: Wanted,
  { checkMode }: Circumstances,
  cluster: Asked,
): Promise<Observed> {
  const { node } = cluster;
  const [{ records: others, lost }, storagesText] = await Promise.all([
    surveyVms(cluster),
    cluster.readStorages(),
  ]);
  const storages = parseStorageConfig(storagesText);
  const found = others.find(({ vmid }) => vmid === wanted.vmid);
  const record = found ?? (checkMode ? assumedRecord(wanted, node) : undefined);
  const trials = await lookAtTrials(wanted, others, cluster);
  const digest = testDigest(wanted);
  const outcome = await cluster.readTestOutcome();
  const isDue = outcome === undefined && record !== undefined && !hasPassed(record, { digest });
  const running = record?.node === node && found !== undefined && (await cluster.isRunning(wanted.vmid));
  return {
    vm: { record, localNode: node, running, assumed: found === undefined && checkMode },
    others,
    lost,
    storages,
    digest,
    trials,
    next:
      isDue && runningTrial(wanted, { trials }) === undefined
        ? await nextTrial(wanted, trials, checkMode, cluster)
        : undefined,
    outcome,
    running: new Set(running ? [wanted.vmid] : []),
    lists: await cluster.readClusterLists(),
    files:
      outcome?.failure === undefined || found === undefined
        ? undefined
        : await ownFiles(found, storages, cluster),
  };
}

/** Commands may hold what nobody should read in the notes. */
const testDigest = ({ template_test: test, template_test_commands: commands, generation }: Wanted): string =>
  settingsDigest(generation.family, { test, commands });

async function lookAtTrials(
  { generation: { family } }: Wanted,
  others: readonly VmRecord[],
  cluster: Asked,
): Promise<readonly Trial[]> {
  const looks = trialsOf(family, cluster.node, others).map(async (seen): Promise<Trial> => {
    const { vmid } = seen.record;
    const running = await cluster.isRunning(vmid);
    const isForeign = running && seen.stage === 'copied';
    const doubt = isForeign ? 'it runs, and this role has not started it' : seen.doubt;
    return { ...seen, running, doubt, remains: await cluster.readRemains(vmid) };
  });
  return Promise.all(looks);
}

/** The VMID of a trial that makes way for it, else the first of the range that is free. */
async function nextTrial(
  { generation: { family, number }, template_vmid_range: range, vmid: template }: Wanted,
  trials: readonly Trial[],
  checkMode: boolean,
  cluster: Asked,
): Promise<NonNullable<Observed['next']>> {
  const id = randomUUID();
  const old = trials.find(({ doubt }) => doubt === undefined);
  if (old !== undefined) return { vmid: old.record.vmid, id, remains: undefined };
  const name = trialName(family, number);
  const free = freeVmids(parseRange(range), await cluster.listGuests(), [template]);
  const vmid = checkMode ? free[0] : await cluster.claimVmid(name, free);
  if (vmid === undefined) throw rangeIsFull(name, range);
  return { vmid, id, remains: await cluster.readRemains(vmid) };
}
