import { ANY_USER, needs } from '../../access/permission.ts';
import { managerVersion } from '../../commands/pveversion.ts';
import { OPTIONAL_VMID } from '../../options/command.ts';
import { formatted, oneOf } from '../../schema/kinds.ts';
import { get } from '../get.ts';
import type { Route } from '../route.ts';
import { firewallOptions } from '../node/system.ts';
import { HA_RESOURCE_ROUTES } from './ha-resources.ts';
import { highAvailabilityStatus } from './high-availability.ts';
import { listMappings, showMapping } from './mapping.ts';
import { nextVmid } from './next-vmid.ts';
import { OPTION_SCHEMAS, setOptions, showOptions } from './options.ts';
import { replicationJobs } from './replication.ts';
import { listResources } from './resources.ts';
import { clusterStatus } from './status.ts';
import { clusterTasks } from './tasks.ts';

const RESOURCE_TYPES = oneOf('vm', 'storage', 'node', 'sdn');

export const CLUSTER_ROUTES: readonly Route[] = [
  get('/version', ANY_USER, managerVersion),
  get('/cluster/nextid', ANY_USER, nextVmid, { vmid: OPTIONAL_VMID }),
  get('/cluster/resources', ANY_USER, listResources, { type: RESOURCE_TYPES }),
  get('/cluster/status', needs('/', 'Sys.Audit'), clusterStatus),
  get('/cluster/tasks', ANY_USER, clusterTasks),
  get('/cluster/options', ANY_USER, showOptions),
  {
    method: 'PUT',
    path: '/cluster/options',
    permission: needs('/', 'Sys.Modify'),
    isProtected: true,
    parameters: OPTION_SCHEMAS,
    answer: setOptions,
  },
  get('/cluster/firewall/options', needs('/', 'Sys.Audit'), firewallOptions),
  ...HA_RESOURCE_ROUTES,
  get('/cluster/replication', ANY_USER, replicationJobs),
  get('/cluster/ha/status/current', needs('/', 'Sys.Audit'), highAvailabilityStatus),
  ...(['pci', 'usb', 'dir'] as const).flatMap(kind => [
    get(`/cluster/mapping/${kind}`, ANY_USER, listMappings(kind), { 'check-node': formatted('node-name') }),
    get(`/cluster/mapping/${kind}/{id}`, needs(`/mapping/${kind}/{id}`, 'Mapping.Audit'), showMapping(kind)),
  ]),
];
