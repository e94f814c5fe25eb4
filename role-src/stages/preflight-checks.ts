import nodePreflight from '../../modules-src/modules/node_preflight/module.ts';
import { BY_API } from '../connection/api-arguments.ts';
import { hostOf } from '../connection/inventory-host.ts';
import { reaching } from '../connection/work.ts';
import { checkArguments } from '../check-arguments.ts';
import { call, defineStage, includeTasks, type Task } from '../stage.ts';

/** The bundle's front answers so when the node has no Node.js; nothing else costs a look for it. */
const NODE_IS_MISSING = 'proxmox_role_preflight.nodejs_missing | default(false)';

/** What is wrong is told once, in lines, by what the stage does that fails; Ansible would print the result besides. */
const IS_REFUSED = 'proxmox_role_preflight.problems is defined';

/** preflight-checks/check-node.yml: on a node without Node.js it is run twice. */
export const checkNodeTasks: readonly Task[] = [
  {
    name: 'Check the node and the settings',
    ...call(nodePreflight, { ...checkArguments, stages: { template: '{{ proxmox_role_work.stages }}' } }),
    register: 'proxmox_role_preflight',
    // Ansible would tell of its connection alone, and pass over what says what was done and what to do.
    ignore_unreachable: true,
    failed_when: [
      'proxmox_role_preflight.failed | default(false)',
      `not (${NODE_IS_MISSING} and proxmox_role_gives_nodejs | bool)`,
      `not (${IS_REFUSED})`,
    ],
  },
];

const CHECK_NODE = 'preflight-checks/check-node.yml';

export const checkNode: Task = {
  name: 'Check the node and the settings',
  ...includeTasks(CHECK_NODE),
};

/** Node that the VM was found on; it may have moved. */
const VM_NODE = 'proxmox_role_preflight.vm_node';

/** preflight-checks/in-the-way.yml: rarely run, so that other runs have one task to pass over. */
export const inTheWayTasks: readonly Task[] = [
  {
    name: 'Say that the node is not reached',
    'ansible.builtin.fail': {
      msg: 'cannot begin: the host {{ proxmox_role_work.host }} of the inventory, which is node {{ proxmox_role_work.node }}, is not reached: {{ proxmox_role_preflight.msg | trim }}; start it if it is down, or correct its address, user or key there; a VM that is not there yet may be made on another node',
    },
    when: 'proxmox_role_preflight.unreachable | default(false)',
  },
  { name: 'Give the node its Node.js', ...includeTasks('nodejs.yml'), when: NODE_IS_MISSING },
  {
    name: 'Refuse to begin',
    'ansible.builtin.fail': {
      msg: "cannot begin: {{ proxmox_role_preflight.problems | length }} problem{{ '' if proxmox_role_preflight.problems | length == 1 else 's' }} found, nothing was touched",
    },
    when: IS_REFUSED,
  },
  {
    name: 'Go to the node that the VM is on',
    'ansible.builtin.set_fact': {
      proxmox_role_work: {
        stages: '{{ proxmox_role_work.stages }}',
        template: '{{ proxmox_role_work.template }}',
        node: `{{ ${VM_NODE} }}`,
        ...reaching('proxmox_role_vm_host'),
      },
    },
    // Where the inventory has no such host, the stages tell from the node that is asked for; the API answers for all.
    vars: {
      proxmox_role_vm_host: `{{ '' if ${BY_API} else ${hostOf(VM_NODE)} or proxmox_role_work.host }}`,
    },
    when: `${VM_NODE} | default(proxmox_role_work.node) != proxmox_role_work.node`,
  },
];

export default defineStage({
  name: 'preflight-checks',
  purpose: 'Check the node and every setting before anything is touched.',
  tags: ['preflight', 'always'],
  tasks: [
    { name: 'Check the node and the settings', 'ansible.builtin.import_tasks': CHECK_NODE },
    {
      name: 'See to what is in the way',
      ...includeTasks('preflight-checks/in-the-way.yml'),
      // Only a good answer says what is idle.
      when: `'idle' not in proxmox_role_preflight or ${VM_NODE} != proxmox_role_work.node`,
    },
  ],
});
