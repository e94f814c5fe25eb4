import { params as reportParams } from '../modules-src/modules/fleet_report/params.ts';
import { cloneOptions } from '../modules-src/pve/settings/clone-options.ts';
import { nextImageOption } from '../modules-src/pve/images/options.ts';
import { generationOption } from '../modules-src/pve/vms/generations/options.ts';
import { defineOptions } from '../modules-src/sdk/option.ts';
import { apiVariables, BY_API } from './connection/api-arguments.ts';
import { controllerFiles } from './controller-files.ts';
import { imageFacts } from './images.ts';
import { hostOf, HOSTLESS } from './connection/inventory-host.ts';
import { work } from './connection/work.ts';
import { lazily, list, number, template, text, type OwnVariable } from './own-variable.ts';
import { replicaVariables } from './replicas/variables.ts';
import { resultExpression } from './result.ts';
import { cloudInitOptions } from '../modules-src/pve/cloud-init/options.ts';
import { toldVariables } from './stages/settled.ts';
import { settingOptions } from '../modules-src/pve/settings/options.ts';
import { DEFAULT_STORAGE } from '../modules-src/pve/settings/image-disk.ts';
import type { Option } from '../modules-src/sdk/option.ts';
import { followingDefaults, variables, type VariableName } from './variables.ts';

const TEMPLATE_VMID =
  '(proxmox_role_rotation | default({})).vmid | default(((proxmox_role_generation | default({})).current | default({})).vmid)';

/** What the stages have said of the VM; an earlier role of the play may have been about another one. */
const TOLD_VMIDS = `[${[
  'preflight',
  'vm',
  'settings',
  'disk',
  'cloud_init',
  'data_disks',
  'replacement',
  'power',
  'template',
  'removal',
]
  .map(registered => `proxmox_role_${registered} | default({})`)
  .join(
    ', ',
  )}] | selectattr('vmid', 'defined') | selectattr('name', 'eq', proxmox_role_vm_name) | map(attribute='vmid')`;

const options: Readonly<Record<string, Option>> = variables;
const following: Readonly<Record<string, unknown>> = followingDefaults;

/** Defaults of variables, by the names of the modules' options. */
const defaultsOf = (
  prefix: string,
  names: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.keys(names).flatMap(name => {
      const variable = `${prefix}${name}`;
      const value = following[variable] ?? options[variable]?.default;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

/*
 * Every computation of the role stands here; tasks only name its results. An argument of a module that is `omit` is
 * left out.
 */
export const ownVariables = {
  proxmox_role_work: {
    ...defineOptions({ option: { type: 'dict', description: 'Which stages run, and where.' } }),
    value: work,
  },
  proxmox_role_host: text(
    'Inventory host that is the node: the one of that name, else the one whose proxmox_node_name it is, else the play’s own host when it is that node. Empty: none, and the modules go by the API.',
    `{{ '' if proxmox_connection == 'api' or proxmox_vm_node is not defined else ${hostOf('proxmox_role_node')} or (inventory_hostname if ansible_facts['hostname'] | default('') == proxmox_role_node else '') }}`,
  ),
  ...replicaVariables,
  proxmox_role_rotates: {
    ...defineOptions({
      option: { type: 'bool', description: 'The template gives way to newer generations.' },
    }),
    value:
      "{{ proxmox_role_is_on_nodes | bool or proxmox_vm_template_rotate | bool and proxmox_vm_make_template | bool and proxmox_vm_state != 'absent' }}",
  },
  proxmox_role_vmid: number(
    'VMID of the VM that the stages work on: of a template with generations, the one that is current or is being made.',
    '{{ (proxmox_role_generation | default({})).vmid | default(proxmox_role_given_vmid) }}',
  ),
  proxmox_role_known_vmid: text(
    'The VMID as far as it is known: that of the template which clones are made of, the given one, or the one that a stage found by the name.',
    `{{ proxmox_role_rotation.vmid if proxmox_role_rotation.vmid is defined else proxmox_role_generation.current.vmid if proxmox_role_generation.current.vmid is defined else proxmox_role_generation.vmid if proxmox_role_generation.vmid is defined else proxmox_vm_vmid if proxmox_role_given_vmid != omit else ${lazily('proxmox_role_told_vmid')} }}`,
  ),
  proxmox_role_told_vmid: text('The one that a stage found.', `{{ ${TOLD_VMIDS} | first | default('') }}`),
  proxmox_role_vm_name: text(
    'Its name.',
    "{{ (proxmox_role_generation | default({})).name | default(proxmox_vm_name | default('')) }}",
  ),
  proxmox_role_next_image: {
    ...defineOptions({
      option: {
        ...nextImageOption.next_image,
        description: 'What a download that check mode leaves to a run brings, next to what is in the cache.',
      },
    }),
    value: "{{ (proxmox_role_image | default({})).next_image | default('same') }}",
  },
  proxmox_role_generation_mark: {
    ...defineOptions({
      option: { ...generationOption.generation, description: 'The generation that it is.' },
    }),
    value: '{{ (proxmox_role_generation | default({})).mark | default(omit) }}',
  },
  proxmox_role_template_range: text(
    'VMIDs for its generations; preflight refuses a rotation without them.',
    "{{ proxmox_vm_template_vmid_range | default('') }}",
  ),
  proxmox_role_template_vmid: number(
    'VMID of the template that clones are made of.',
    `{{ ${TEMPLATE_VMID} | default(proxmox_role_vmid) }}`,
  ),
  proxmox_role_template_name: text(
    'Its name: until a rotation is finished, the current generation may have another one.',
    '{{ proxmox_vm_name if (proxmox_role_rotation | default({})).vmid is defined else ((proxmox_role_generation | default({})).current | default({})).name | default(proxmox_role_vm_name) }}',
  ),
  proxmox_role_exists: {
    ...defineOptions({ option: { type: 'bool', description: 'Preflight has seen the VM.' } }),
    value: '{{ proxmox_role_preflight.vm_exists | default(false) }}',
  },
  proxmox_role_gives_nodejs: {
    ...defineOptions({
      option: {
        type: 'bool',
        description: 'A node without Node.js gets it; it is tried once. The controller never does.',
      },
    }),
    value: `{{ proxmox_nodejs != 'system' and not (${BY_API}) }}`,
  },
  proxmox_role_failure_reason: text(
    'Why a task failed: what its module says; for a script, whose module knows no reason, its last line; where no module has come to run, the last line of what kept it from that.',
    "{{ 'Node.js 18.19 or newer was not found on the controller, where the modules run that go by the API; install it there (apt-get install nodejs, dnf install nodejs, brew install node), or go by SSH with the node in the inventory' if ansible_failed_result.nodejs_missing | default(false) and proxmox_role_work.host | length == 0 else ansible_failed_result.stdout_lines | default([]) | last | default(ansible_failed_result.msg) if ansible_failed_result.msg | default('') == 'non-zero return code' else (ansible_failed_result.msg | default('see the task above')) ~ (ansible_failed_result.module_stderr | default('') | trim).splitlines() | map('regex_replace', '^', ': ') | list | last | default('') }}",
  ),
  proxmox_role_is_made: {
    ...defineOptions({
      option: { type: 'bool', description: 'This run has made the VM, or in check mode would make it.' },
    }),
    value: '{{ (proxmox_role_vm | default({})).changed | default(false) }}',
  },
  proxmox_role_has_cloud_init: {
    ...defineOptions({ option: { type: 'bool', description: 'The VM gets cloud-init settings.' } }),
    value: '{{ proxmox_vm_cloud_init_enabled | bool and proxmox_role_image_url | length > 0 }}',
  },
  proxmox_role_brings_drive: {
    ...defineOptions({
      option: {
        type: 'bool',
        description:
          'The disk of the image brings the cloud-init drive with it; by the API that is chosen later.',
      },
    }),
    value: `{{ proxmox_role_has_cloud_init | bool and not (${BY_API}) }}`,
  },
  proxmox_role_power_state: {
    ...defineOptions({
      option: {
        type: 'str',
        choices: ['started', 'stopped', 'restarted'],
        description: 'State that the VM is brought to.',
      },
    }),
    value: "{{ 'stopped' if proxmox_vm_state == 'stopped' else 'started' }}",
  },
  proxmox_role_power_assumed: {
    ...defineOptions({
      option: { type: 'dict', description: 'That the VM is to run, where only a default says so.' },
    }),
    value: "{{ {'state': proxmox_role_power_state} if proxmox_vm_state == 'present' else {} }}",
  },
  proxmox_role_failed_clones: list(
    'Names of clones that were not made: their own node would look for what it cannot have.',
    "{{ (proxmox_role_clones | default({})).clones | default([]) | selectattr('error', 'defined') | map(attribute='name') | list }}",
  ),
  proxmox_role_clone_nodes: list(
    'Nodes that clones are to be on, other than the template’s, and that the modules must go to: by the API none.',
    `{{ proxmox_vm_clones | selectattr('node', 'defined') | rejectattr('name', 'in', proxmox_role_failed_clones) | map(attribute='node') | reject('eq', proxmox_role_work.node) | unique | list if proxmox_vm_create_clones | bool and not (${BY_API}) else [] }}`,
  ),
  proxmox_role_lost_nodes: list(
    'Nodes that clones are to be on, and that no host of the inventory is.',
    `{{ [proxmox_vm_clones] | flatten | selectattr('node', 'defined') | map(attribute='node') | unique | reject('eq', proxmox_vm_node) | ${HOSTLESS} | list if proxmox_vm_create_clones | bool and [proxmox_vm_clones] | flatten | selectattr('node', 'defined') | length > 0 else [] }}`,
  ),
  proxmox_role_clones_elsewhere: {
    ...defineOptions({
      option: {
        type: 'list',
        elements: 'dict',
        options: cloneOptions,
        description: 'Clones of the node that the loop is at.',
      },
    }),
    value:
      "{{ proxmox_vm_clones | selectattr('node', 'defined') | selectattr('node', 'eq', proxmox_role_clone_node) | rejectattr('name', 'in', proxmox_role_failed_clones) | list }}",
  },
  proxmox_role_result: {
    ...defineOptions({
      option: { type: 'dict', description: 'What the calling playbook gets as `proxmox_vm_result`.' },
    }),
    value: resultExpression,
  },
  proxmox_role_banner: text('What the role says before it begins.', template('banner')),
  proxmox_role_summary: text('What it says at the end.', template('summary')),
  proxmox_role_failure: text('What it says when a task has failed.', template('failure')),
  proxmox_role_refusals_text: text('Why nothing can be done, one line each.', template('refusals')),
  proxmox_role_refusals: list(
    'Why nothing can be done, one sentence each.',
    "{{ (proxmox_role_refusals_text or '').splitlines() | select | list }}",
  ),
  proxmox_role_assumed: {
    ...defineOptions({
      option: {
        type: 'dict',
        description:
          'Defaults of the hardware and of cloud-init: they say nothing about a VM that is not ours.',
      },
    }),
    value: {
      ...defaultsOf('proxmox_vm_', settingOptions),
      ...defaultsOf('proxmox_vm_cloud_init_', cloudInitOptions),
    },
  },
  proxmox_role_registered: {
    ...defineOptions({
      option: { type: 'dict', description: 'What the tasks register, with the modules that say it.' },
    }),
    value: {
      preflight: 'node_preflight',
      image_task: 'cloud_image_fetch',
      image_job: 'cloud_image_fetch',
      vm: 'vm_create',
      removal: 'vm_remove',
      settings_task: 'vm_configure',
      disk_task: 'qm_import_disk',
      cloud_init_task: 'cloudinit_apply',
      data_disks_task: 'vm_data_disks',
      replacement_task: 'vm_replace',
      power_task: 'vm_power',
      template_task: 'template_convert',
      nodes: 'template_nodes',
      generation: 'template_generation',
      trial: 'template_test',
      rotation: 'template_rotate',
      other_rotations: 'template_rotate',
      clones_task: 'vm_clone',
      other_clones: 'vm_clone',
    },
  },
  proxmox_role_fleet_text: text('What the run has said of each VM, as JSON.', template('fleet')),
  proxmox_role_fleet: {
    ...defineOptions({ option: reportParams.guests }),
    value: '{{ proxmox_role_fleet_text | from_json }}',
  },
  proxmox_role_entry_defaults: {
    ...defineOptions({
      option: {
        type: 'dict',
        description:
          'Defaults of the hardware and of the storage: an entry of proxmox_vms need not say them.',
      },
    }),
    value: { ...defaultsOf('proxmox_vm_', settingOptions), disk_storage: DEFAULT_STORAGE },
  },
  proxmox_role_image_url: text(
    'URL of the cloud image; empty: a plain VM.',
    "{{ proxmox_vm_cloud_image_url | default(proxmox_cloud_image_urls[proxmox_vm_cloud_image | default('')] | default(''), true) | string }}",
  ),
  proxmox_role_image_disk: text(
    'Disk that the cloud image becomes.',
    '{{ proxmox_vm_image_disk if proxmox_role_image_url | length > 0 else omit }}',
  ),
  proxmox_role_images: {
    ...defineOptions({
      option: {
        type: 'dict',
        description:
          'User, smallest disk, and whether security holes are no longer mended, of each image of the catalogue.',
      },
    }),
    value: imageFacts,
  },
  proxmox_role_image_min_disk: text(
    'Smallest disk of the image that is given by its name, as far as it is known.',
    "{{ (proxmox_role_images[proxmox_vm_cloud_image | default('')] | default({})).min_disk | default(omit) }}",
  ),
  ...apiVariables,
  ...controllerFiles,
  ...toldVariables,
  proxmox_role_play_variables: list(
    'Variables of the play that look like the role’s: preflight finds those that are misspelt.',
    "{{ query('ansible.builtin.varnames', '^proxmox_(?!role_)') + proxmox_role_unknown_keys | default([]) }}",
  ),
} as const satisfies Readonly<Record<string, OwnVariable>>;

export type OwnVariables = typeof ownVariables;

/** The variable of the user that stands behind an own one which tasks hand to modules. */
export const behind = {
  proxmox_role_api_host: 'proxmox_api_host',
  proxmox_role_api_node: 'proxmox_vm_node',
  proxmox_role_api_port: 'proxmox_api_port',
  proxmox_role_api_user: 'proxmox_api_user',
  proxmox_role_api_token_id: 'proxmox_api_token_id',
  proxmox_role_api_token_secret: 'proxmox_api_token_secret',
  proxmox_role_api_password: 'proxmox_api_password',
  proxmox_role_api_validate_certs: 'proxmox_api_validate_certs',
  proxmox_role_api_ca_path: 'proxmox_api_ca_path',
  proxmox_role_api_fingerprint: 'proxmox_api_fingerprint',
  proxmox_role_vmid: 'proxmox_vm_vmid',
  proxmox_role_given_vmid: 'proxmox_vm_vmid',
  proxmox_role_replica_nodes: 'proxmox_vm_template_nodes',
  proxmox_role_reserved_vmids: 'proxmox_vm_vmid_reserved',
  proxmox_role_vm_name: 'proxmox_vm_name',
  proxmox_role_template_vmid: 'proxmox_vm_vmid',
  proxmox_role_template_name: 'proxmox_vm_name',
  proxmox_role_template_range: 'proxmox_vm_template_vmid_range',
  proxmox_role_image_url: 'proxmox_vm_cloud_image_url',
  proxmox_role_has_cloud_init: 'proxmox_vm_cloud_init_enabled',
  proxmox_role_brings_drive: 'proxmox_vm_cloud_init_enabled',
  proxmox_role_power_state: 'proxmox_vm_state',
  proxmox_role_clones_elsewhere: 'proxmox_vm_clones',
  proxmox_role_ssh_keys: 'proxmox_vm_cloud_init_ssh_keys',
  proxmox_role_keys_file: 'proxmox_vm_cloud_init_ssh_keys_file',
  proxmox_role_user_data: 'proxmox_vm_cloud_init_user_data',
  proxmox_role_user_data_file: 'proxmox_vm_cloud_init_user_data_file',
  proxmox_role_vendor_data: 'proxmox_vm_cloud_init_vendor_data',
  proxmox_role_vendor_data_file: 'proxmox_vm_cloud_init_vendor_data_file',
  proxmox_role_network_data: 'proxmox_vm_cloud_init_network_data',
  proxmox_role_network_data_file: 'proxmox_vm_cloud_init_network_data_file',
  proxmox_role_meta_data: 'proxmox_vm_cloud_init_meta_data',
  proxmox_role_meta_data_file: 'proxmox_vm_cloud_init_meta_data_file',
} as const satisfies Partial<Record<keyof OwnVariables, VariableName>>;
