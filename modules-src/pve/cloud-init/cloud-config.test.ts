import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { UserError } from '../../sdk/error.ts';
import {
  cloudConfigHints,
  mergeUserData,
  requireDictionary,
  mergeVendorData,
  cloneUserData,
  type UserPart,
} from './cloud-config.ts';

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

  it('belongs to the first of several search domains', () => {
    expect(merged('a: 1\n', { domain: 'a.test b.test' })).to.include({ fqdn: 'web-01.a.test' });
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

  it('says of root and of upgrades what PVE would say', () => {
    expect(merged('a: 1\n', { user: 'root' }))
      .to.include({ disable_root: false })
      .and.not.have.property('users');
    expect(merged('a: 1\n', { upgrade: false })).to.include({ package_upgrade: false });
    expect(merged('package_upgrade: true\n', { upgrade: false })).to.include({ package_upgrade: true });
  });

  it('does not fold a long key', () => {
    const key = `ssh-rsa ${'A'.repeat(700)} me`;

    expect(mergeUserData('a: 1\n', { ...part, keys: [key] })).to.contain(`- ${key}\n`);
  });

  it('has the agent in the lists that would win over the vendor’s', () => {
    const own = merged('packages: [htop]\nruncmd: [ls]\n', { installAgent: true });

    expect(own).to.deep.include({
      packages: ['htop', 'qemu-guest-agent'],
      runcmd: ['ls', ['systemctl', 'enable', '--now', 'qemu-guest-agent']],
    });
    expect(merged('ntp: {}\n', { installAgent: true })).to.not.have.any.keys('packages', 'runcmd');
  });

  it('of another kind is handed over byte for byte', () => {
    for (const text of [
      '#!/bin/sh\necho hello\n',
      '{"ignition": {"version": "3.4.0"}}',
      'machine: {}\n---\nkind: x\n',
    ]) {
      expect(mergeUserData(text, part)).to.equal(text);
      expect(cloneUserData(text, 'web-01', { name: 'web-02', user: 'me' })).to.equal(text);
    }
  });

  it('of Windows has a host name and nothing that only Linux knows', () => {
    expect(merged('write_files: []\n', { isWindows: true })).to.deep.equal({
      hostname: 'web-01',
      write_files: [],
    });
  });

  it('may say nothing', () => {
    expect(merged('#cloud-config\n# later\n')).to.include({ hostname: 'web-01' });
  });

  it('is the same text each time, so that nothing is written twice', () => {
    const once = mergeUserData('b: 1\na: [x]\n', part);

    expect(mergeUserData('b: 1\na: [x]\n', part)).to.equal(once);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['a: [1\n', 'it is not valid YAML'],
    ['- a list\n', 'it is not a cloud-config'],
    ['', 'it is not valid YAML'],
    ['packages: htop\n', '`packages` must be a list;'],
    ['ssh_authorized_keys: {a: b}\n', '`ssh_authorized_keys` must be a list of texts'],
    [
      'package_upgrade: "maybe"\nruncmd: ls\n',
      '`package_upgrade` must be yes or no; `runcmd` must be a list',
    ],
    ['write_files: [{content: x}]\n', '`write_files[0]` needs a `path`'],
    ['write_files: [{path: /a, permissions: 0644}]\n', "must be a text: '0644' in quotes"],
    ['write_files: [/a]\n', '`write_files` must be a list of dictionaries'],
  ];
  for (const [text, why] of refused) {
    it(`is refused as ${JSON.stringify(text)}: ${why}`, () => {
      expect(() => mergeUserData(text, part))
        .to.throw(UserError, why)
        .with.property('message')
        .that.contains(optionName('cloud_init_user_data'));
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
    expect(mergeVendorData('#!/bin/sh\nls\n', false)).to.equal('#!/bin/sh\nls\n');
  });

  it('gets the header without which cloud-init would pass it over', () => {
    expect(mergeVendorData('# mine\na: 1\n', false)).to.equal('#cloud-config\n# mine\na: 1\n');
  });

  it('is refused when cloud-init would fail at it, merged or not', () => {
    for (const installAgent of [false, true]) {
      expect(() => mergeVendorData('runcmd: ls\n', installAgent)).to.throw(
        UserError,
        '`runcmd` must be a list',
      );
    }
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

  it('leaves the lists to the user data that have them, too', () => {
    const vendor = (userData: string): unknown => load(mergeVendorData(undefined, true, userData) ?? '{}');

    expect(vendor('packages: [htop]\n')).to.have.all.keys('runcmd');
    expect(vendor('runcmd: [ls]\n')).to.have.all.keys('packages');
    expect(vendor('packages: [htop]\nruncmd: [ls]\n')).to.deep.equal({});
    expect(vendor('#!/bin/sh\n')).to.have.all.keys('packages', 'runcmd');
  });

  it('of another kind stays as it is, without the agent', () => {
    expect(mergeVendorData('#!/bin/sh\nls\n', true)).to.equal('#!/bin/sh\nls\n');
  });

  it('is refused with the name of its variable when it is not YAML', () => {
    expect(() => mergeVendorData('a: [', true)).to.throw(UserError, optionName('cloud_init_vendor_data'));
  });
});

describe('a hint about a cloud-config', () => {
  const hints = (text: string) => cloudConfigHints(text, 'the text');

  it('is given for a misspelt key', () => {
    expect(hints('package: [htop]\nrun_cmd: [ls]\n')).to.deep.equal([
      'the text: cloud-init knows no key `package` and ignores it; did you mean `packages`?',
      'the text: cloud-init knows no key `run_cmd` and ignores it; did you mean `runcmd`?',
    ]);
  });

  it('is given when the user of the variables would not be made', () => {
    expect(hints('users: [{name: x}]\n').join()).to.contain('leave out `default`');
    expect(hints('users: [default, {name: x}]\n')).to.deep.equal([]);
  });

  it('is not given for what is known, of somebody else, or no cloud-config', () => {
    expect(hints('#cloud-config\npackages: [htop]\nwholly_unknown_thing: 1\n')).to.deep.equal([]);
    expect(hints('#!/bin/sh\n')).to.deep.equal([]);
  });
});

describe('network and meta data', () => {
  it('are any YAML dictionary', () => {
    expect(requireDictionary('version: 2\n', 'x')).to.equal('version: 2\n');
    expect(requireDictionary('{"a": 1}', 'x')).to.equal('{"a": 1}');
    expect(() => requireDictionary('- a\n', 'x')).to.throw(UserError, 'cannot use x: it is not a dictionary');
  });
});
