import { nearest } from '../../../sdk/nearest.ts';
import { isMalformed, problem, variableAt, variableOf, type Check } from '../check.ts';
import type { Code } from '../codes.ts';
import type { ParamName, Wanted } from '../params.ts';
import { isClassic, isOfApi, roleVariables, unknownVariables } from '../role-variables.ts';
import { isRotating } from '../wishes.ts';
import type { World } from '../world.ts';
import { wayFromOperation } from './operation.ts';

/** What a malformed value is about, where it has a code of its own. */
const TOPICS: readonly (readonly [RegExp, Code])[] = [
  [/^vm_cloud_image_checksum$/, 'PVE-IMG-003'],
  [/^vm_cloud_image_url$/, 'PVE-IMG-002'],
  [/^(?:vm_cloud_init_|vm_clones\[\d+\]\.)(?:ip|gw)6?$/, 'PVE-NET-001'],
];

/** Values that do not fit their option, by the names that the user knows. */
const checkValues: Check = (_, { malformed }) =>
  malformed.map(({ variable: parameter, message, fix }) => {
    const code = TOPICS.find(([pattern]) => pattern.test(parameter))?.[1] ?? 'PVE-VAR-002';
    const variable = variableAt(parameter);
    const said = message.startsWith(`${parameter} `) ? message.slice(parameter.length + 1) : message;
    const way = parameter === 'operation' ? wayFromOperation(said) : fix.replace(parameter, () => variable);
    return { code, variable, message: said, fix: way };
  });

const REQUIRED = ['vm_vmid', 'vm_name', 'vm_node'] as const;

const requiredNames = (wanted: Wanted): readonly ParamName[] =>
  isRotating(wanted) ? [...REQUIRED, 'vm_template_vmid_range'] : REQUIRED;

const checkRequired: Check = (wanted, world) =>
  requiredNames(wanted)
    .filter(name => wanted[name] === undefined && !isMalformed(world, name) && !isChosen(name, wanted, world))
    .map(name => problem('PVE-VAR-003', name, 'is not set', wayTo(name)));

/** The VMID comes from a range, be it that of a template, from the VM of that name, or is that of a VM that is gone already. */
const isChosen = (name: ParamName, wanted: Wanted, { node }: World): boolean =>
  name === 'vm_vmid' &&
  (wanted.vm_vmid_range !== undefined ||
    wanted.vm_state === 'absent' ||
    isRotating(wanted) ||
    node?.vmidProblem !== undefined);

const wayTo = (name: ParamName): string =>
  `set ${variableOf(name)}${name === 'vm_vmid' ? `, or a range to choose from: ${variableOf('vm_vmid_range')}: 200-299` : ''}`;

/** A misspelt name would be ignored without a word. */
const checkNames: Check = ({ play_variables: names = [] }) =>
  unknownVariables(names).map(name => {
    const ofCloudInit = name.replace(/^proxmox_(?:vm_)?/, 'proxmox_vm_cloud_init_');
    const meant = roleVariables.find(known => known === ofCloudInit) ?? nearest(name, roleVariables);
    return {
      code: 'PVE-VAR-001' satisfies Code,
      variable: name,
      message: 'is no variable of the role',
      fix:
        meant === undefined ? 'remove it, or give it another prefix than proxmox_' : `did you mean ${meant}?`,
    };
  });

/** The defaults of the classic role are in many an inventory. */
const checkClassic: Check = ({ play_variables: names = [] }) => {
  const unused = names.filter(isClassic).sort();
  if (unused.length === 0) return [];
  return [
    {
      code: 'PVE-VAR-006' satisfies Code,
      variable: unused.join(', '),
      message: 'is of the classic role, and not used by this one',
      fix: 'remove it; docs/migration.md says what there is instead',
    },
  ];
};

/** What an older playbook has, or one for both doors; an address that is used comes as a parameter. */
const checkApiVariables: Check = ({ play_variables: names = [], api_host: host, permissions }) => {
  const unused = host === undefined && permissions !== true ? names.filter(isOfApi).sort() : [];
  if (unused.length === 0) return [];
  return [
    {
      code: 'PVE-VAR-004' satisfies Code,
      variable: unused.join(', '),
      message: 'is not used: the role works on the node itself, by SSH',
      fix: 'remove it, or set proxmox_connection: api',
    },
  ];
};

/** Texts that may hold braces for reasons of their own, and those that must not be looked into. */
const FREE_TEXTS: readonly ParamName[] = [
  'vm_description',
  'vm_cloud_init_password',
  'vm_cloud_init_user_data',
  'vm_cloud_init_vendor_data',
  'vm_cloud_init_network_data',
  'vm_cloud_init_meta_data',
];

const checkTemplates: Check = wanted =>
  Object.entries(wanted)
    .filter(([name, value]) => !FREE_TEXTS.some(free => free === name) && holdsTemplate(value))
    .map(([name]) => ({
      code: 'PVE-VAR-005' satisfies Code,
      variable: variableAt(name),
      message: 'holds a template that Ansible did not fill in',
      fix: 'see to its quotes and to the variables that it names',
    }));

function holdsTemplate(value: unknown): boolean {
  if (typeof value === 'string') return /\{\{|\{%|AnsibleUndefined/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}

export const variableChecks: readonly Check[] = [
  checkValues,
  checkRequired,
  checkNames,
  checkApiVariables,
  checkClassic,
  checkTemplates,
];
