import { expect } from 'chai';
import { installedVersion, isAtLeast, supportOf } from './pve-version.ts';

const STATUS = `Package: pve-manager
Status: install ok installed
Architecture: all
Version: 9.2.11
Description: Proxmox Virtual Environment Management Tools

Package: qemu-server-doc
Status: install ok installed
Version: 1.0

Package: qemu-server
Status: deinstall ok config-files
Version: 9.2.6

Package: held
Status: hold ok installed
Version: 1:2.0-1~bpo12+1
`;

describe('installedVersion', () => {
  it('reads the version of a package, the first one and the last one included', () => {
    expect(installedVersion(STATUS, 'pve-manager')).to.equal('9.2.11');
    expect(installedVersion(STATUS, 'held')).to.equal('1:2.0-1~bpo12+1');
  });

  it('does not take a package that was removed, or another one whose name begins alike', () => {
    expect(installedVersion(STATUS, 'qemu-server')).to.equal(undefined);
    expect(installedVersion(STATUS, 'pve')).to.equal(undefined);
    expect(installedVersion('', 'pve-manager')).to.equal(undefined);
  });
});

describe('supportOf', () => {
  for (const [version, support] of [
    ['9.2.11', 'supported'],
    ['9.0.3', 'supported'],
    ['8.4.14', 'supported'],
    ['8.3.5', 'untested'],
    ['10.0.1', 'untested'],
    ['7.4-3', 'too old'],
    ['6.4', 'too old'],
    ['unknown', undefined],
  ] as const)
    it(`${version}: ${support ?? 'no version'}`, () => expect(supportOf(version)).to.equal(support));
});

describe('isAtLeast', () => {
  it('compares numbers, not texts', () => {
    expect(isAtLeast('v18.20.4', '18.19')).to.equal(true);
    expect(isAtLeast('18.19', '18.19')).to.equal(true);
    expect(isAtLeast('v18.9.0', '18.19')).to.equal(false);
    expect(isAtLeast('20', '18.19')).to.equal(true);
    expect(isAtLeast('16.20.2', '18.19')).to.equal(false);
  });
});
