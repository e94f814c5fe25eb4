import { planOwnVm, type FoundVm } from '../../pve/own-vm.ts';
import { isTemplate, type VmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted {
  readonly vmid: number;
  readonly name: string;
  readonly state: 'started' | 'stopped' | 'restarted';
  readonly wait: 'none' | 'agent' | 'address';
  readonly timeout: number;
}

export interface Observed extends FoundVm {
  /** The VM was started after this task began. */
  readonly restarted: boolean;
  /** What the guest agent says, undefined where it does not answer. */
  readonly answer: { readonly addresses: readonly string[] } | undefined;
}

const VERBS = { started: 'start', stopped: 'stop', restarted: 'restart' } as const;

export function planPower(wanted: Wanted, found: Observed): readonly Lane[] {
  const purpose = `${VERBS[wanted.state]} VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, found, purpose, config => powerLanes(wanted, found, config));
}

function powerLanes(wanted: Wanted, found: Observed, config: VmConfig): Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  // Whether it runs is known to its own node alone.
  if (found.record?.node !== found.localNode) return [];
  if (wanted.state === 'stopped') return [found.running ? [shutdown(wanted, label)] : []];
  if (isTemplate(config)) {
    throw new UserError(
      `cannot ${VERBS[wanted.state]} ${label}: it is a template; clone it and start the clone`,
    );
  }
  return [[...power(wanted, found, label), ...waiting(wanted, found, label)]];
}

function power(wanted: Wanted, found: Observed, label: string): Step[] {
  if (!found.running) return [change(`start ${label}`, qm('start', wanted.vmid), 'stopped', 'running')];
  if (wanted.state === 'started' || found.restarted) return [];
  return [
    change(
      `restart ${label}`,
      qm('reboot', wanted.vmid, { timeout: wanted.timeout }),
      'running',
      'restarted',
    ),
  ];
}

const change = (summary: string, action: Step['action'], before: string, after: string): Step => ({
  summary,
  action,
  changes: [{ key: 'state', before, after }],
});

/** The guest is asked to shut down; one that does not obey in time is stopped. */
const shutdown = (wanted: Wanted, label: string): Step =>
  change(
    `stop ${label}`,
    qm('shutdown', wanted.vmid, { timeout: wanted.timeout, forceStop: true }),
    'running',
    'stopped',
  );

function waiting(wanted: Wanted, { answer }: Observed, label: string): Step[] {
  if (wanted.wait === 'none') return [];
  const enough = wanted.wait === 'agent' ? answer !== undefined : (answer?.addresses.length ?? 0) > 0;
  if (enough) return [];
  return [
    {
      summary: `wait for the ${wanted.wait} of ${label}`,
      action: { kind: 'wait-guest', vmid: wanted.vmid, sign: wanted.wait, timeoutSeconds: wanted.timeout },
    },
  ];
}
