import { expect } from 'chai';
import { inRole } from '../broken-worlds/world.fixture.ts';
import { wayFromOperation } from './operation.ts';

describe('the way from an operation that there is not', () => {
  for (const [operation, way] of [
    ['configure_network', 'proxmox_vm_networks'],
    ['manage_storage', 'proxmox_vm_disks'],
    ['backup_vm', 'vzdump'],
    ['destroy', 'proxmox_vm_state: absent'],
    ['stop_vm', 'proxmox_vm_state: started or stopped'],
    ['create_template', 'proxmox_vm_make_template: true'],
    ['clone_vm', 'proxmox_vm_create_clones: true'],
    ['make', 'remove it'],
  ] as const)
    it(`${operation}: names ${way}`, () => {
      expect(inRole(wayFromOperation(`is "${operation}"; must be one of create_vm`))).to.contain(way);
    });
});
