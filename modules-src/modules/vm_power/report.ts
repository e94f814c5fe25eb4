import { loginOf } from '../../pve/vms/login.ts';
import { addressesOf, deviceOf, staticAddresses } from '../../pve/vms/guest-signs.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { optionName } from '../../sdk/option-name.ts';
import { isLeftStopped, type Observed, type Wanted } from './plan.ts';

/** Whether the VM runs, and what its guest shows of itself. */
export function powerReport(wanted: Wanted, observed: Observed): Readonly<Record<string, unknown>> {
  const { running, signs, record } = observed;
  const config = record?.config ?? new Map<string, string>();
  const addresses = signs.interfaces.length > 0 ? addressesOf(signs) : staticAddresses(config);
  const login = running && record !== undefined ? loginOf(wanted.vmid, record.config, addresses) : undefined;
  return {
    running,
    state: stateOf(wanted, observed),
    addresses,
    ...(running && wanted.wait_for !== 'none' && { guest: guestLine(addresses, signs) }),
    ...(login !== undefined && { login }),
    ...(signs.agent && {
      interfaces: signs.interfaces.map(found => ({ ...found, device: deviceOf(found.mac, config) })),
    }),
    ...(signs.ssh !== undefined && { ssh: signs.ssh }),
    ...(signs.cloudInit && { cloud_init_status: signs.cloudInit, failed_units: signs.failedUnits }),
  };
}

const guestLine = (addresses: readonly string[], { cloudInit }: Observed['signs']): string =>
  [
    ...(addresses.length > 0 ? addresses : ['no address']),
    ...(cloudInit === undefined ? [] : [`cloud-init ${cloudInit.status}`]),
  ].join(', ');

/** What the VM is, or what check mode would make of it. */
function stateOf(wanted: Wanted, observed: Observed): string {
  const { running, assumed } = observed;
  if (wanted.state === 'stopped') return running ? 'to be stopped' : 'stopped';
  if (running) return 'running';
  if (isLeftStopped(wanted, observed)) return 'stopped';
  return assumed ? 'to be made and started' : 'to be started';
}

/** A guest that came up, but not well. */
export function powerNotices(wanted: Wanted, observed: Observed): Notices {
  const { vmid, name } = wanted;
  const { signs } = observed;
  const { cloudInit, failedUnits = [] } = signs;
  const isBad = /^(?:error|degraded)/.test(cloudInit?.status ?? '');
  return {
    warnings: [
      ...(isLeftStopped(wanted, observed)
        ? [
            `VM ${vmid} (${name}) was not made by this role and stays stopped; ${optionName('state')}: started starts it`,
          ]
        : []),
      ...(isBad && cloudInit !== undefined
        ? [
            `cloud-init of VM ${vmid} (${name}) ended with "${cloudInit.status}": ${cloudInit.detail || 'no detail'}; ` +
              'look at `cloud-init status --long` and /var/log/cloud-init.log in the guest',
          ]
        : []),
      ...(failedUnits.length > 0
        ? [
            `units that failed in VM ${vmid} (${name}): ${failedUnits.join(', ')}; look at \`systemctl status\` in the guest`,
          ]
        : []),
    ],
  };
}
