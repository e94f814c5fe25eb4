import nodePreflight from '../modules-src/modules/node_preflight/module.ts';
import { checkArguments } from './check-arguments.ts';
import { always, workOut } from './fleet/ask.ts';
import { call, say, type Task } from './stage.ts';

/** No host is needed and none is asked: this is what the arguments of the API are worked out from. */
const NOWHERE = {
  stages: [],
  template: [],
  node: '{{ proxmox_vm_node }}',
  host: '',
  delegate: '',
  connection: 'local',
  pipelining: true,
};

/** Without an address nothing is asked, so that no token is needed either. */
const withoutAddress = (called: ReturnType<typeof call>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(called).map(([module, args]) => [
      module,
      Object.fromEntries(Object.entries(args).filter(([name]) => name !== 'api_host')),
    ]),
  );

/** Of every VM of the play. */
const OF_ALL =
  "ansible_play_hosts | map('extract', hostvars) | selectattr('proxmox_role_permissions', 'defined') | map(attribute='proxmox_role_permissions.permissions') | flatten";

/** tasks/permissions.yml: tells what a token needs for the variables, before there is one. */
export const permissionsTasks: readonly Task[] = [
  workOut(NOWHERE),
  {
    name: 'Work out what a token needs',
    ...withoutAddress(call(nodePreflight, { ...checkArguments, permissions: true })),
    register: 'proxmox_role_permissions',
    delegate_to: 'localhost',
    connection: 'local',
    become: false,
    environment: { PROXMOX_ROLE_VARIABLES: '1' },
    ...always,
  },
  {
    name: 'Tell the commands for root on a node',
    ...say(`{{ ${OF_ALL} | unique }}`),
    run_once: true,
    ...always,
  },
];
