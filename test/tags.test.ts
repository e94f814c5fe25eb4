import { expect } from 'chai';
import { TAG_PROMISES } from '../build/outputs/tag-table.ts';
import { makeSandbox, stageModules, type Sandbox } from './tags-sandbox.ts';

const VARIABLES = `
    proxmox_vm_name: web
    proxmox_vm_vmid: 9000
    proxmox_vm_node: pve01
    proxmox_vm_cloud_image: debian-12
    proxmox_vm_make_template: true
    proxmox_vm_create_clones: true
    proxmox_vm_clones: [{name: web-01, vmid: 301}]`;

const playFor = (caller: string, use: string): string => `
- name: ${caller}
  hosts: localhost
  connection: local
  gather_facts: false
  environment: {CALLER: ${caller}}
  vars: ${VARIABLES}
${use}`;

/** The three ways to call a role, in one playbook: one start of Ansible tries them all. */
const PLAYBOOK = [
  playFor('include_role', '  tasks: [{name: Call, include_role: {name: proxmox}, tags: [always]}]'),
  playFor('import_role', '  tasks: [{name: Call, import_role: {name: proxmox}}]'),
  playFor('roles', '  roles: [proxmox]'),
].join('');

/** Numbers of the stages whose modules ran for a caller. */
const stagesOf = (caller: string, ran: readonly string[]): number[] =>
  stageModules.flatMap((modules, index) =>
    modules.some(module => ran.includes(`${caller} ${module}`)) ? [index + 1] : [],
  );

describe('tags of the role', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await makeSandbox();
  });
  after(() => sandbox.remove());

  for (const [options, numbers] of TAG_PROMISES) {
    it(`${options === '' ? 'no tags' : options}: ${numbers.join(', ')}`, async () => {
      const { ran, output, exitCode } = await sandbox.play(PLAYBOOK, options.split(' ').filter(Boolean));

      expect(exitCode, output).to.equal(0);
      for (const caller of ['include_role', 'import_role', 'roles']) {
        expect(stagesOf(caller, ran), `${caller}: ${ran.join('; ')}`).to.deep.equal(numbers);
      }
    });
  }
});
