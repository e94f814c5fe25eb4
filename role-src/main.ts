import { chooseGeneration } from './generation.ts';
import { connectionOf } from './inventory-host.ts';
import type { OwnVariables } from './own-variables.ts';
import { say, type Stage, type Task } from './stage.ts';
import { isSelected } from './stage-selection.ts';
import type { Stages } from './stages.ts';
import { checkNode } from './stages/preflight-checks.ts';

/** Text of a variable, one element per line. */
const lines = (variable: keyof OwnVariables): string => `{{ ${variable}.splitlines() }}`;

const always = { tags: ['always'] };

const importStage = (stage: Stage, number: number, when: string | readonly string[]): Task => ({
  name: `Stage ${number}, ${stage.name}`,
  'ansible.builtin.import_tasks': `${stage.name}.yml`,
  when,
  tags: stage.tags,
});

/**
 * Without `connection`, a play with `connection: local` would run everything on the controller. Delegating to the play's
 * own host would cost a tenth of each task.
 */
const onHost = (host: string, connection: string, name: string, block: readonly Task[]): Task => ({
  name,
  delegate_to: `{{ omit if ${host} == inventory_hostname else ${host} }}`,
  connection: `{{ ${connection} }}`,
  block,
});

const workStages = (stages: readonly Stage[]): readonly Task[] =>
  stages.map((stage, index) => importStage(stage, index + 2, `'${stage.name}' in proxmox_role_work.stages`));

/**
 * The role's main.yml: banner, node, stages, rescue, summary. Imports instead of includes, because with those the second
 * role of a play would show what the first one registered.
 */
export const mainTasks = ([first, ...others]: Stages): readonly Task[] => [
  {
    name: 'Say what is to be done',
    'ansible.builtin.assert': {
      that: 'proxmox_role_refusals | length == 0',
      fail_msg: "{{ proxmox_role_refusals | join('; ') }}",
      success_msg: lines('proxmox_role_banner'),
    },
    ...always,
  },
  {
    name: 'Run the stages',
    block: [
      onHost('proxmox_role_host', connectionOf('proxmox_role_host'), 'Check on the node that is asked for', [
        importStage(first, 1, isSelected(first)),
      ]),
      { name: 'Know the node that the VM is on', 'ansible.builtin.import_tasks': 'helpers.yml', ...always },
      onHost('proxmox_role_work.host', 'proxmox_role_work.connection', 'Work on the node that the VM is on', [
        ...workStages(others).slice(0, 1),
        chooseGeneration(others.slice(1)),
        ...workStages(others).slice(1),
      ]),
    ],
    rescue: [
      { name: 'Say what failed and what to do', ...say(lines('proxmox_role_failure')), ...always },
      {
        name: 'Fail',
        'ansible.builtin.fail': {
          msg: '{{ ansible_failed_task.name }}: {{ proxmox_role_failure_reason }}',
        },
        ...always,
      },
    ],
  },
  {
    name: 'Hand over the result',
    'ansible.builtin.set_fact': { proxmox_vm_result: '{{ proxmox_role_result }}' },
    ...always,
  },
  { name: 'Say what there is now', ...say(lines('proxmox_role_summary')), ...always },
];

/**
 * helpers.yml: what every task of the other stages asks, worked out once: Ansible compiles an expression anew in each
 * task that names its variable.
 */
export const helperTasks: readonly Task[] = [
  {
    name: 'Know where and what to work on',
    'ansible.builtin.set_fact': {
      proxmox_role_work: {
        stages: '{{ proxmox_role_stages }}',
        owner: '{{ proxmox_role_owner }}',
        exists: '{{ proxmox_role_exists }}',
        host: '{{ proxmox_role_owner_host }}',
        connection: `{{ ${connectionOf('proxmox_role_owner_host')} }}`,
      },
    },
  },
];

/** nodejs.yml: only run when a module has said that the node has no Node.js; ends with the check that it could not do. */
export const nodejsTasks: readonly Task[] = [
  {
    name: 'Install the nodejs package of Debian',
    // Not the apt module: it would update from every list, and it needs python3-apt.
    'ansible.builtin.raw': "{{ lookup('ansible.builtin.file', 'install-nodejs.sh') }}",
    args: { executable: '/bin/sh' },
    changed_when: true,
    when: "proxmox_nodejs == 'auto'",
  },
  {
    name: 'Make the folder of Node.js',
    'ansible.builtin.file': { path: '/opt/proxmox-role/node', state: 'directory', mode: '0755' },
    when: "proxmox_nodejs != 'auto'",
  },
  {
    name: 'Unpack Node.js from the controller',
    'ansible.builtin.unarchive': {
      src: '{{ proxmox_nodejs }}',
      dest: '/opt/proxmox-role/node',
      owner: 'root',
      group: 'root',
      extra_opts: ['--strip-components=1'],
    },
    when: "proxmox_nodejs != 'auto'",
  },
  { ...checkNode, name: 'Check the node and the settings with its new Node.js' },
];

export const handlers: readonly Task[] = [
  {
    name: 'Tell which settings wait for a restart',
    ...say(
      "waits for the next start of the VM: {{ proxmox_role_settings.pending | map(attribute='key') | join(', ') }}",
    ),
    when: 'proxmox_role_settings.pending | default([]) | length > 0',
  },
];
