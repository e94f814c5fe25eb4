import { expect } from 'chai';
import { entryKeys, runKeys } from './entry-keys.ts';
import { variables } from './variables.ts';

describe('keys of an entry of proxmox_vms', () => {
  it('are the variables of a VM without their prefix', () => {
    expect(entryKeys).to.include({
      name: 'proxmox_vm_name',
      memory: 'proxmox_vm_memory',
      disk_size: 'proxmox_vm_disk_size',
      disk_storage: 'proxmox_disk_storage',
      cloud_image_verify: 'proxmox_cloud_image_verify',
    });
    expect(runKeys).to.include({ vms: 'proxmox_vms', retries: 'proxmox_retries' });
  });

  it('stand for one variable each, and together for all', () => {
    const named = [...Object.values(entryKeys), ...Object.values(runKeys)];

    expect(named.sort()).to.deep.equal(Object.keys(variables).sort());
  });

  it('are none of the names that Python dictionaries have of their own', () => {
    const own = [
      'clear',
      'copy',
      'fromkeys',
      'get',
      'items',
      'keys',
      'pop',
      'popitem',
      'setdefault',
      'update',
    ];

    expect(Object.keys(entryKeys)).not.to.include.oneOf([...own, 'values']);
  });
});
