import type { GuestSigns } from '../../sdk/readings.ts';
import { hasSign, type GuestSign } from '../../pve/vms/guest-signs.ts';
import { waitForGuest } from '../../pve/cloud-init/wait-for-guest.ts';
import { planOwnVm, type FoundVm } from '../../pve/vms/ownership.ts';
import type { assumedOption } from '../../pve/settings/assumed.ts';
import { isOfOurMaking } from '../../pve/vms/marker.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import { isTemplate, type VmConfig } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted extends ValuesOf<typeof assumedOption> {
  readonly vmid: number;
  readonly name: string;
  readonly state: 'started' | 'stopped' | 'restarted';
  readonly wait_for: 'none' | GuestSign;
  /** Seconds to wait for the sign. */
  readonly wait_timeout: number;
  /** Seconds for the guest to shut down. */
  readonly timeout: number;
}

export interface Observed extends FoundVm {
  /** The VM was started after this task began. */
  readonly restarted: boolean;
  /** What the guest shows of itself; nothing where it was not looked at. */
  readonly signs: GuestSigns;
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
  if (isLeftStopped(wanted, found)) return [];
  return [[...power(wanted, found, label), ...waiting(wanted, found, config, label)]];
}

/** Somebody else's VM is not started because a default says so. */
export const isLeftStopped = (
  { state, assumed: defaults, vmid }: Wanted,
  { record, running, assumed: isYetToBeMade }: FoundVm,
): boolean =>
  !running &&
  !isYetToBeMade &&
  defaults?.['state'] === state &&
  record !== undefined &&
  !isOfOurMaking(record.config, vmid);

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

function waiting(wanted: Wanted, { signs }: Observed, config: VmConfig, label: string): Step[] {
  const { wait_for: sign } = wanted;
  return sign === 'none' || hasSign(sign, signs)
    ? []
    : [waitForGuest({ ...wanted, wait_for: sign }, config, label)];
}
