import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { variables } from '../role-src/variables.ts';
import { moduleNames, root } from './modules.ts';
import { roleVariablesOf } from './role-variables-of.ts';

describe('variables of the role that messages of a module name', () => {
  it('are those that the role gives to its options', () => {
    expect(roleVariablesOf('cloudinit_apply').given).to.include({
      gw: 'proxmox_vm_cloud_init_gw',
      user_data: 'proxmox_vm_cloud_init_user_data',
      vmid: 'proxmox_vm_vmid',
      storage: 'proxmox_disk_storage',
    });
    expect(roleVariablesOf('node_preflight').given).to.include({ vm_apply: 'proxmox_vm_apply' });
  });

  it('are always given where they have a default that reaches every task of the module', () => {
    const { always } = roleVariablesOf('vm_create');

    expect(always).to.include.members(['memory', 'networks', 'retries']);
    expect(always).not.to.include.oneOf(['vmid', 'pool', 'image_disk', 'cloud_init_enabled']);
    expect(roleVariablesOf('template_rotate').always).not.to.include('name');
  });

  it('stand behind nearly all options of every module', () => {
    for (const name of moduleNames.filter(module => module !== 'cloud_image_progress'))
      expect(Object.keys(roleVariablesOf(name).given), name).to.include.oneOf([
        'name',
        'names',
        'vm_name',
        'url',
        'fail_on',
        'template_nodes',
      ]);
  });

  it('exist, whatever a source names', () => {
    const sources = readdirSync(`${root}modules-src`, { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts') && !path.endsWith('option-name.test.ts'))
      .map(path => readFileSync(`${root}modules-src/${path}`, 'utf8'));
    const named = sources.flatMap(text =>
      [...text.matchAll(/\boptionName\('(\w+)'\)/g)].map(([, name]) => name),
    );
    const known = Object.keys(variables).map(name => name.replace(/^proxmox_(?:vm_)?/, ''));

    expect(named).to.include('cloud_init_gw');
    expect(known).to.include.members(named);
  });
});
