import { ANY_USER, needs, needsOneOf } from '../../access/permission.ts';
import { managerVersion } from '../../commands/pveversion.ts';
import { BOOLEAN, oneOf, TEXT } from '../../schema/kinds.ts';
import { get } from '../get.ts';
import type { Route } from '../route.ts';
import { certificates } from './certificates.ts';
import { cpuFlags, cpuModels, machines, migration } from './capabilities.ts';
import { listNodes } from './list.ts';
import { listInterfaces, NETWORK_TYPES, showInterface } from './network.ts';
import { listPackages } from './packages.ts';
import { listPciDevices } from './pci.ts';
import { nodeStatus } from './status.ts';
import { backupDefaults, dns, firewallOptions, hosts, nodeConfig, subscription, time } from './system.ts';

const AUDIT = needs('/nodes/{node}', 'Sys.Audit');
const AUDIT_ALL = needs('/', 'Sys.Audit');

export const NODE_ROUTES: readonly Route[] = [
  get('/nodes', ANY_USER, listNodes),
  get('/nodes/{node}/status', AUDIT, nodeStatus),
  get('/nodes/{node}/version', ANY_USER, managerVersion),
  get('/nodes/{node}/dns', AUDIT, dns),
  get('/nodes/{node}/time', AUDIT, time),
  get('/nodes/{node}/hosts', AUDIT_ALL, hosts),
  get('/nodes/{node}/config', AUDIT_ALL, nodeConfig),
  get('/nodes/{node}/subscription', ANY_USER, subscription),
  get('/nodes/{node}/firewall/options', AUDIT, firewallOptions),
  get('/nodes/{node}/vzdump/defaults', ANY_USER, backupDefaults, { storage: TEXT }),
  get('/nodes/{node}/certificates/info', ANY_USER, certificates),
  get('/nodes/{node}/apt/versions', AUDIT, listPackages),
  get('/nodes/{node}/rrddata', AUDIT, () => [], {
    timeframe: { ...oneOf('hour', 'day', 'week', 'month', 'year', 'decade'), required: true },
    cf: oneOf('AVERAGE', 'MAX'),
  }),
  get('/nodes/{node}/sdn/zones/{zone}/content', needs('/sdn/zones/{zone}', 'SDN.Audit'), () => []),
  get('/nodes/{node}/network', ANY_USER, listInterfaces, { type: oneOf(...NETWORK_TYPES) }),
  get('/nodes/{node}/network/{iface}', AUDIT, showInterface),
  get('/nodes/{node}/capabilities/qemu/cpu', ANY_USER, cpuModels),
  get('/nodes/{node}/capabilities/qemu/cpu-flags', ANY_USER, cpuFlags),
  get('/nodes/{node}/capabilities/qemu/machines', ANY_USER, machines),
  get('/nodes/{node}/capabilities/qemu/migration', ANY_USER, migration),
  get('/nodes/{node}/hardware/pci', needsOneOf('/', 'Sys.Audit', 'Sys.Modify'), listPciDevices, {
    'pci-class-blacklist': TEXT,
    verbose: BOOLEAN,
  }),
  get('/nodes/{node}/hardware/usb', needs('/', 'Sys.Modify'), () => []),
];
