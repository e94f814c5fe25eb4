import { expect } from 'chai';
import { load } from 'js-yaml';
import { UserError } from '../sdk/error.ts';
import { mergeUserData, mergeVendorData, cloneUserData, type UserPart } from './cloud-config.ts';

const part: UserPart = {
  name: 'web-01',
  user: 'deploy',
  passwordHash: '$5$s$h',
  keys: ['ssh-ed25519 AAAA me'],
};
const merged = (text: string, more: Partial<UserPart> = {}): unknown =>
  load(mergeUserData(text, { ...part, ...more }));

describe('a user snippet', () => {
  it('begins with the header that cloud-init asks for', () => {
    expect(mergeUserData('#cloud-config\nntp: {enabled: true}\n', part)).to.match(/^#cloud-config\n/);
  });

  it('says what PVE would have said: host name, user, password and keys', () => {
    expect(merged('ntp: {enabled: true}\n', { domain: 'example.test' })).to.deep.equal({
      hostname: 'web-01',
      manage_etc_hosts: true,
      fqdn: 'web-01.example.test',
      user: 'deploy',
      password: '$5$s$h',
      chpasswd: { expire: false },
      users: ['default'],
      ntp: { enabled: true },
      ssh_authorized_keys: ['ssh-ed25519 AAAA me'],
    });
  });

  it('lets the user’s own text win', () => {
    expect(merged('hostname: own\nuser: me\nusers: [{name: x}]\n')).to.include({
      hostname: 'own',
      user: 'me',
    });
  });

  it('has the user’s keys and ours, each once', () => {
    const text = 'ssh_authorized_keys: [ssh-ed25519 AAAA me, ssh-rsa BBBB other]\n';

    expect(merged(text)).to.deep.include({
      ssh_authorized_keys: ['ssh-ed25519 AAAA me', 'ssh-rsa BBBB other'],
    });
  });

  it('names no password, user or key where none is wanted', () => {
    expect(mergeUserData('a: 1\n', { name: 'web-01', keys: [] })).to.not.match(/password|user:|ssh/);
  });

  it('does not fold a long key', () => {
    const key = `ssh-rsa ${'A'.repeat(700)} me`;

    expect(mergeUserData('a: 1\n', { ...part, keys: [key] })).to.contain(`- ${key}\n`);
  });

  it('is the same text each time, so that nothing is written twice', () => {
    const once = mergeUserData('b: 1\na: [x]\n', part);

    expect(mergeUserData('b: 1\na: [x]\n', part)).to.equal(once);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['a: [1\n', 'it is not valid YAML'],
    ['#!/bin/sh\necho hello\n', 'it is not a cloud-config'],
    ['- a list\n', 'it is not a cloud-config'],
    ['', 'it is not valid YAML'],
  ];
  for (const [text, why] of refused) {
    it(`is refused as ${JSON.stringify(text)}: ${why}`, () => {
      expect(() => mergeUserData(text, part))
        .to.throw(UserError, why)
        .with.property('message')
        .that.contains('proxmox_vm_cloud_init_user_data');
    });
  }
});

describe('the user snippet of a clone', () => {
  const template = mergeUserData('ntp: {enabled: true}\n', {
    ...part,
    name: 'tpl.v1',
    domain: 'example.test',
  });

  it('has the host name of the clone', () => {
    expect(load(cloneUserData(template, 'tpl.v1', { name: 'web-07' }))).to.include({
      hostname: 'web-07',
      fqdn: 'web-07.example.test',
    });
  });

  it('keeps a host name that the user chose', () => {
    const own = mergeUserData('hostname: own\nfqdn: own.example.test\n', { ...part, name: 'tpl' });

    expect(load(cloneUserData(own, 'tpl', { name: 'web-07' }))).to.include({
      hostname: 'own',
      fqdn: 'own.example.test',
    });
  });

  it('keeps a name that only begins like the template’s', () => {
    const own = mergeUserData('fqdn: tplXv1.example.test\n', { ...part, name: 'tpl.v1' });

    expect(load(cloneUserData(own, 'tpl.v1', { name: 'web-07' }))).to.include({
      fqdn: 'tplXv1.example.test',
    });
  });

  it('has the user and the keys of the clone where it has its own', () => {
    const own = load(
      cloneUserData(template, 'tpl.v1', { name: 'web-07', user: 'me', keys: ['ssh-rsa BBBB'] }),
    );

    expect(own).to.deep.include({ user: 'me', ssh_authorized_keys: ['ssh-rsa BBBB'] });
  });

  it('keeps everything else', () => {
    expect(load(cloneUserData(template, 'tpl.v1', { name: 'web-07' }))).to.deep.include({
      ntp: { enabled: true },
    });
  });
});

describe('a vendor snippet', () => {
  it('is the user’s text as it stands when no agent is to be installed', () => {
    expect(mergeVendorData('#cloud-config\n# mine\na: 1\n', false)).to.equal('#cloud-config\n# mine\na: 1\n');
    expect(mergeVendorData(undefined, false)).to.equal(undefined);
  });

  it('installs and starts the agent', () => {
    expect(load(mergeVendorData(undefined, true) ?? '')).to.deep.equal({
      packages: ['qemu-guest-agent'],
      runcmd: [['systemctl', 'enable', '--now', 'qemu-guest-agent']],
    });
  });

  it('adds the agent to what the user wants, once', () => {
    expect(
      load(mergeVendorData('packages: [htop, qemu-guest-agent]\nruncmd: [ls]\n', true) ?? ''),
    ).to.deep.equal({
      packages: ['htop', 'qemu-guest-agent'],
      runcmd: ['ls', ['systemctl', 'enable', '--now', 'qemu-guest-agent']],
    });
  });

  it('is refused with the name of its variable when it is not YAML', () => {
    expect(() => mergeVendorData('a: [', true)).to.throw(UserError, 'proxmox_vm_cloud_init_vendor_data');
  });
});
