import { expect } from 'chai';
import { omitted, placeFor, readerOf } from './reader.ts';

const variables = {
  given: {
    gw: 'proxmox_vm_cloud_init_gw',
    cache_dir: 'proxmox_cloud_image_cache_dir',
    clones: 'proxmox_vm_clones',
  },
  always: ['cache_dir', 'clones'],
  others: ['proxmox_cloud_image_cache_dir', 'proxmox_command_timeout'],
};

describe('the reader of a message', () => {
  it('knows the variables of the role where the role runs the module', () => {
    const reader = readerOf(variables, false, { PROXMOX_ROLE_VARIABLES: '1' });

    expect(
      ['cloud_init_gw', 'cloud_image_cache_dir', 'command_timeout', 'memory'].map(reader.nameOf),
    ).to.deep.equal([
      'proxmox_vm_cloud_init_gw',
      'proxmox_cloud_image_cache_dir',
      'proxmox_command_timeout',
      'proxmox_vm_memory',
    ]);
    expect(placeFor(reader, variables, 'clones[0].vmid')).to.equal('proxmox_vm_clones[0].vmid');
  });

  it('knows the options of the module where it is used alone', () => {
    const reader = readerOf(variables, false, {});

    expect(['cloud_init_gw', 'cloud_image_cache_dir', 'memory'].map(reader.nameOf)).to.deep.equal([
      'gw',
      'cache_dir',
      'memory',
    ]);
    expect(placeFor(reader, variables, 'clones[0].vmid')).to.equal('clones[0].vmid');
  });

  it('misses in the role what the role always gives, and nothing where the module is used alone', () => {
    const namesOf = (environment: Readonly<Record<string, string>>) =>
      omitted(readerOf(variables, false, environment), variables, { cache_dir: null }).map(
        problem => problem.variable,
      );

    expect(namesOf({ PROXMOX_ROLE_VARIABLES: '1' })).to.deep.equal(['clones']);
    expect(namesOf({})).to.be.empty;
  });
});
