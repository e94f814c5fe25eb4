import { expect } from 'chai';
import { networkVersion1 } from './network-config.ts';
import { generateParts } from './parts.ts';

const CONFIG = new Map([
  ['name', 'ci1'],
  ['ciuser', 'root'],
  ['searchdomain', 'corp.test'],
  ['nameserver', '9.9.9.9'],
  ['net0', 'virtio=BC:24:11:AA:BB:01,bridge=vmbr0'],
  ['ipconfig0', 'ip=192.0.2.5/24,gw=192.0.2.1'],
]);

describe('cloud-init drive', () => {
  it('says who the guest is', () => {
    expect(generateParts(100, CONFIG).user).to.equal(`#cloud-config
hostname: ci1
manage_etc_hosts: true
fqdn: ci1.corp.test
user: root
disable_root: False
chpasswd:
  expire: False
package_upgrade: true
`);
  });

  it('sets up the network', () => {
    expect(networkVersion1(CONFIG)).to.equal(`version: 1
config:
    - type: physical
      name: eth0
      mac_address: 'bc:24:11:aa:bb:01'
      subnets:
      - type: static
        address: '192.0.2.5'
        netmask: '255.255.255.0'
        gateway: '192.0.2.1'
    - type: nameserver
      address:
      - '9.9.9.9'
      search:
      - 'corp.test'
`);
  });

  it('is another instance when it says something else', () => {
    const renamed = new Map([...CONFIG, ['name', 'ci2']]);

    expect(generateParts(100, renamed).meta).not.to.equal(generateParts(100, CONFIG).meta);
  });
});
