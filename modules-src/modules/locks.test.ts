import { expect } from 'chai';
import { loadModule, moduleNames } from '../../build/modules.ts';
import { vmLock } from '../pve/vms/ownership.ts';

/** Only reads a VM, or works on several. */
const OTHERS = ['vm_clone', 'template_generation', 'template_rotate', 'template_test'];

describe('the lock of a VM', () => {
  for (const name of moduleNames.filter(each => !OTHERS.includes(each))) {
    it(`is held by ${name}, if that works on one`, async () => {
      const { params, locks } = await loadModule(name);
      const isOfVm = Object.keys(params).includes('vmid');

      const held = locks?.({ vmid: 200, data_disks: {} }) ?? [];
      expect(held.includes(vmLock({ vmid: 200 }))).to.equal(isOfVm);
    });
  }
});
