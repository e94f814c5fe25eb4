import { expect } from 'chai';
import { imageOptions } from '../modules-src/pve/images/options.ts';
import { trustOf } from '../modules-src/pve/images/trust.ts';
import { roleVariables, unknownVariables } from '../modules-src/modules/node_preflight/role-variables.ts';
import { images } from './images.ts';
import { ownVariables } from './own-variables.ts';
import { followingDefaults, sections, variables } from './variables.ts';

describe('variables of the role', () => {
  it('all stand in a section, once', () => {
    const listed = sections.flatMap(section => Object.keys(section.variables));

    expect(listed).to.deep.equal(Object.keys(variables));
  });

  it('begin with proxmox_, apart from those that the role computes', () => {
    expect(Object.keys(variables).filter(name => !/^proxmox_(?!role_)/.test(name))).to.deep.equal([]);
    expect(Object.keys(ownVariables).filter(name => !name.startsWith('proxmox_role_'))).to.deep.equal([]);
  });

  it('are known to preflight, which finds misspelt ones', () => {
    expect(unknownVariables(Object.keys(variables))).to.deep.equal([]);
    expect(roleVariables.filter(name => !Object.hasOwn(variables, name))).to.have.members([
      'proxmox_node_name',
      'proxmox_vm_result',
    ]);
  });

  it('are told from facts of an inventory that has the guests of Proxmox VE', () => {
    const facts = ['proxmox_vmid', 'proxmox_vmtype', 'proxmox_node', 'proxmox_scsi0', 'proxmox_tags_parsed'];

    expect(unknownVariables([...facts, 'proxmox_vm_memroy'])).to.deep.equal(['proxmox_vm_memroy']);
    expect(unknownVariables(['proxmox_vmid'])).to.deep.equal(['proxmox_vmid']);
  });

  it('have a default in the spec where their default follows another variable', () => {
    expect(
      Object.keys(followingDefaults).filter(name => !('default' in Reflect.get(variables, name))),
    ).to.deep.equal([]);
  });

  it('are named by these names in their texts, not by those of module options', () => {
    const mentions = Object.values(variables).flatMap(({ description }) =>
      [...JSON.stringify(description).matchAll(/`(\w+_\w+)`/g)].map(([, word = '']) => word),
    );
    const isShort = (word: string): boolean =>
      Object.keys(variables).some(name => name !== word && name.endsWith(`_${word}`));

    expect(mentions).to.include('proxmox_api_user');
    expect(mentions.filter(isShort)).to.deep.equal([]);
  });

  it('never show a secret as a default', () => {
    const secrets = Object.entries(variables).filter(([, option]) => 'secret' in option);

    expect(secrets.map(([name]) => name)).to.include('proxmox_vm_cloud_init_password');
    expect(secrets.filter(([, option]) => 'default' in option)).to.deep.equal([]);
  });
});

describe('the image catalogue', () => {
  it('has what the specification names', () => {
    expect(images).to.include.all.keys([
      'ubuntu-24.04',
      'ubuntu-22.04',
      'ubuntu-20.04',
      'debian-12',
      'debian-11',
      'centos-9-stream',
      'centos-8-stream',
    ]);
    expect(images['ubuntu-24.04']?.url).to.equal(imageOptions.url.example);
  });

  it('has images of publishers whose checksums are found without being named', () => {
    for (const [name, { url }] of Object.entries(images)) {
      const { list } = trustOf({ url, verify: 'checksum' });
      expect(list?.url, name).to.match(/^https:\/\/.*(SUMS?|CHECKSUM)$/);
    }
  });

  it('has a user, a smallest disk, and an architecture that the name tells', () => {
    for (const [name, { url, user, minDisk }] of Object.entries(images)) {
      expect(user, name).to.match(/^[a-z][a-z-]*$/);
      expect(minDisk, name).to.be.within(2, 20);
      expect(/arm64|aarch64/.test(url), name).to.equal(name.endsWith('-arm64'));
    }
  });
});
