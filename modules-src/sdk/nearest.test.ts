import { expect } from 'chai';
import { nearest } from './nearest.ts';

describe('the word that was meant', () => {
  const known = ['memory', 'cores', 'sockets', 'cpu_type', 'gw', 'ip', 'ssh_keys'];

  for (const [typed, meant] of [
    ['memry', 'memory'],
    ['ssh_key', 'ssh_keys'],
    ['socket', 'sockets'],
    ['cpu_typ', 'cpu_type'],
    ['ips', 'ip'],
    ['memory', 'memory'],
    ['cloud_init_ip', 'ip'],
    ['proxmox_vm_cores', 'cores'],
    ['type', 'cpu_type'],
  ] as const) {
    it(`is ${meant} for ${typed}`, () => expect(nearest(typed, known)).to.equal(meant));
  }

  for (const typed of ['completely_other', 'xy', 'q', '']) {
    it(`is unknown for ${JSON.stringify(typed)}`, () => expect(nearest(typed, known)).to.equal(undefined));
  }

  it('is unknown where no word is', () => {
    expect(nearest('memory', [])).to.equal(undefined);
  });

  it('is the longer prefix’s own word', () => {
    expect(nearest('proxmox_vm_memroy', ['proxmox_vm_memory', 'proxmox_vm_name'])).to.equal(
      'proxmox_vm_memory',
    );
  });
});
