import { described } from '../../pve/vms/fixtures/model-config.ts';
import { converge, type Converged } from '../../runtime/converge.ts';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode, type ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import { firstDescription, type GenerationMark } from '../../pve/vms/marker.ts';
import type { TestOutcome } from '../../sdk/readings.ts';
import { qm } from '../../sdk/step.ts';
import templateTest from './module.ts';
import type { Observed, Wanted } from './wanted.ts';

export const wanted: Wanted = {
  vmid: 9001,
  name: 'golden-g2',
  generation: { family: 'golden', number: 2, untested: true },
  template_vmid_range: '9000-9009',
  template_test: 'cloud-init',
  template_test_timeout: 60,
  template_test_keep: false,
};

const idOf = (vmid: number): string => `00000000-0000-4000-8000-00000000${vmid}`;

/** A whole template that is a generation, with an address of its own and a device of the node. */
export function generationText(vmid: number, name: string, mark: Omit<GenerationMark, 'family'>): string {
  const notes = firstDescription('', '', {
    vmid,
    id: idOf(vmid),
    node: 'pve01',
    disks: { scsi0: 8 * 1024 ** 3 },
    generation: { family: 'golden', ...mark },
  });
  return (
    `${described(notes)}agent: enabled=1\nhostpci0: mapping=gpu\nipconfig0: ip=192.0.2.7/24\nname: ${name}\n` +
    `net0: virtio=BC:24:11:00:00:07,bridge=vmbr0,firewall=1\nscsi0: local:${vmid}/base-${vmid}-disk-0.qcow2,size=8G\n` +
    `template: 1\nvmgenid: ${idOf(vmid)}\n`
  );
}

export const OLD = generationText(9000, 'golden', { number: 1, settings: 'x' });

/** The current generation, and one that is to be tested. */
export const world = (more: Readonly<Record<number, string>> = {}): ModelNode =>
  modelNode({
    9000: OLD,
    9001: generationText(9001, 'golden-g2', { number: 2, settings: 'y', untested: true }),
    ...more,
  });

class Killed extends Error {}

interface Course {
  /** Why the guest does not pass; undefined: it does. */
  readonly failure?: string;
  /** The process dies before it does as many things. */
  readonly killedAt?: number;
  readonly checkMode?: boolean;
  /** An interrupted run has begun to make what has a lock, under this name, and has left these volumes. */
  readonly begunAs?: string;
  readonly left?: readonly string[];
}

type Outcome = Converged<Observed> & { readonly performed: readonly string[] };

/** One run of the module; undefined where it was killed. */
export async function run(
  node: ModelNode,
  more: Partial<Wanted> = {},
  { failure, killedAt = Infinity, checkMode = false, begunAs = '', left = [] }: Course = {},
): Promise<Outcome | undefined> {
  let outcome: TestOutcome | undefined;
  const performed: string[] = [];
  const isBegun = (vmid: number): boolean => /^lock: clone$/m.test(node.configs.get(vmid) ?? '');
  const { readGuest } = memoryCluster(node);
  const remains = { verb: 'clone' as const, since: '2026-11-27T04:00:00.000Z', isBusy: false };
  const cluster = memoryCluster(node, {
    readTestOutcome: () => Promise.resolve(outcome),
    readGuest: async vmid => {
      const guest = await readGuest(vmid);
      return guest && { ...guest, ...(isBegun(vmid) && { begunAs }) };
    },
    readRemains: vmid =>
      Promise.resolve(isBegun(vmid) ? { ...remains, volumes: left, doubtful: [] } : undefined),
  });
  const perform: typeof cluster.perform = async action => {
    // A test begins with the start of what it tests.
    if (action.kind === 'test-guest' && !node.running.has(action.vmid))
      await perform(qm('start', action.vmid));
    if (performed.length === killedAt) throw new Killed('killed');
    performed.push(action.kind === 'qm' ? `${action.verb} ${action.vmid}` : action.kind);
    if (action.kind === 'test-guest') outcome = { failure };
    await cluster.perform(action);
  };
  const given = { ...wanted, ...more, retries: 0, retry_delay: 0, command_timeout: 1, qm: 'auto' as const };
  const circumstances = { checkMode, problems: [] };
  try {
    const converged = await converge(
      templateTest,
      given,
      circumstances,
      { retries: 0, delay: 0 },
      { ...cluster, perform },
    );
    return { ...converged, performed };
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Killed) return undefined;
    if (error instanceof Killed) return undefined;
    throw error;
  }
}
