import { expect } from 'chai';
import { outputs } from '../generate.ts';
import type { ModuleDefinition } from '../../modules-src/sdk/define-module.ts';
import { variables } from '../../role-src/variables.ts';
import { loadModule, moduleNames } from '../modules.ts';
import { ROLE, type GeneratedFile } from '../outputs/generated-file.ts';
import { refuseUnknownNames, unknownNames } from './check-role.ts';

/** A slip of the pen in a file of the role: what stands there, what is typed instead, and what the build says. */
const SLIPS: readonly (readonly [string, string, string, string, RegExp])[] = [
  [
    'a variable',
    'tasks/create-vm.yml',
    '{{ proxmox_vm_memory }}',
    '{{ proxmox_vm_memroy }}',
    /nothing defines proxmox_vm_memroy/,
  ],
  [
    'a variable that only a condition names',
    'tasks/nodejs.yml',
    "proxmox_nodejs == 'auto'",
    "proxmox_node_js == 'auto'",
    /nothing defines proxmox_node_js/,
  ],
  [
    'what a task registers',
    'tasks/preflight-checks/check-node.yml',
    'not (proxmox_role_preflight.',
    'not (proxmox_role_prefligth.',
    /nothing defines proxmox_role_prefligth/,
  ],
  [
    'a variable of the role itself',
    'tasks/configure-vm.yml',
    '{{ proxmox_role_power_state }}',
    '{{ proxmox_role_powerstate }}',
    /nothing defines proxmox_role_powerstate/,
  ],
  [
    'a variable that is looked up',
    'vars/main.yml',
    "'proxmox_role_told_vmid')",
    "'proxmox_role_tolt_vmid')",
    /nothing defines proxmox_role_tolt_vmid/,
  ],
  [
    'a fact',
    'tasks/main.yml',
    'in proxmox_role_work.stages',
    'in proxmox_role_work.stagse',
    /no key stagse among stages/,
  ],
  [
    'a fact where it is set',
    'tasks/helpers.yml',
    'stages: ',
    'stagse: ',
    /no key stages among template, node, host, delegate, connection, pipelining/,
  ],
  [
    'a return value of a module',
    'vars/main.yml',
    '.cloud_init_status',
    '.cloudinit_status',
    /no key cloudinit_status among/,
  ],
  [
    'a key inside of a return value',
    'vars/main.yml',
    'current | default({})).vmid',
    'current | default({})).vmdi',
    /no key vmdi among vmid, name, number/,
  ],
  [
    'a return value of a job in the background',
    'tasks/download-image/progress.yml',
    '.results_file',
    '.result_file',
    /no key result_file among/,
  ],
  [
    'a key of an entry of a list',
    'vars/main.yml',
    "'eq', clone.name",
    "'eq', clone.nmae",
    /no key nmae among/,
  ],
  [
    'what a filter looks for in elements',
    'handlers/main.yml',
    "map(attribute='key')",
    "map(attribute='kye')",
    /no key kye among key/,
  ],
  [
    'what a filter compares in elements',
    'vars/main.yml',
    "selectattr('node', 'defined')",
    "selectattr('nodes', 'defined')",
    /no key nodes among/,
  ],
  ['a filter', 'vars/main.yml', '| unique', '| uniq', /no filter uniq/],
  ['a key of an entry of a table', 'vars/main.yml', '.min_disk', '.min_dsik', /no key min_dsik among/],
  ['a test', 'vars/main.yml', 'is defined', 'is definde', /no test definde/],
  [
    'a name that a template sets',
    'vars/main.yml',
    '{% if unmade %}',
    '{% if unmaed %}',
    /nothing defines unmaed/,
  ],
  [
    'an option of a module',
    'tasks/create-vm.yml',
    '    cores:',
    '    crores:',
    /vm_create has no option crores/,
  ],
  [
    'a task file',
    'tasks/main.yml',
    'file: create-vm.yml',
    'file: create_vm.yml',
    /no task file create_vm\.yml/,
  ],
  ['a handler', 'tasks/configure-vm.yml', 'notify: Tell which', 'notify: Say which', /no handler "Say which/],
  ['a sign', 'vars/main.yml', 'proxmox_vm_state == ', 'proxmox_vm_state === ', /cannot read/],
];

describe('a name in the generated role that nothing defines', () => {
  let files: readonly GeneratedFile[];
  let modules: readonly ModuleDefinition[];
  before(async () => {
    files = await outputs();
    modules = await Promise.all(moduleNames.map(loadModule));
  });

  const withSlip = (file: string, right: string, wrong: string): readonly GeneratedFile[] =>
    files.map(({ path, content }) => ({
      path,
      content: path === `${ROLE}/${file}` ? content.replace(right, wrong) : content,
    }));

  it('is none of those that are there', () => {
    expect(unknownNames(files, variables, modules)).to.deep.equal([]);
  });

  for (const [what, file, right, wrong, says] of SLIPS) {
    it(`fails the build: ${what}`, () => {
      const slipped = withSlip(file, right, wrong);

      expect(slipped, `${file} has no "${right}"`).not.to.deep.equal(files);
      expect(() => refuseUnknownNames(slipped, variables, modules)).to.throw(says);
    });
  }
});
