import { expect } from 'chai';
import { isMisread, isPrivateKey, keyFault } from './ssh-key.ts';

const KEYS = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBU0QT/YGVk3u413si0R3Z5yZjxy6G0FoL5+4xMnfVHC me@example.com',
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBdlTItCJjnQPBKigqwqLDlvb+4sQAOnqR+yD3K56MzmBWkZsHfwJiVpA5ienD7EoQSNDy9LtoYhH/Y8jPjyId0=',
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCvt7wNeMU4X09sDHjDT6jmd/meERDInh0ybaUNZLJGi+8hSByQ0dF/hSsAUN0MsFKnuB4DnYIRDXtIAXQzECg8eSoMB1KPctadYJbxL8cpp7n8GBEN7JgPkG699P6euZRfcUMt9Vmb1LMkDPP5wNegmEiym1VnkmAHV5wmWFfjsDaQMMAyQOq1RYiBTJCHsKZKDSAQI9jZfnkcXH9DF8h/IPz579/nvO/3mrgwbovrCzbIKm4/H/A0u3EIc3zSJM9wITqVOK6Q76B8+IBU+LEEZQEJV+ClSJZ70jI1WUqfTOsjOZ89d2e9Q5zODVfVusdWJucG/RW61qhpsH92N9y/ x',
];

describe('keyFault', () => {
  for (const key of KEYS) it(`takes ${key.slice(0, 30)}`, () => expect(keyFault(key)).to.equal(undefined));

  it('takes options before a key', () => {
    expect(keyFault(`restrict,from="10.0.0.0/8" ${KEYS[0]!}`)).to.equal(undefined);
  });

  for (const text of [
    '',
    'me@example.com',
    '# a comment',
    'ssh-ed25519',
    'ssh-ed25519 AAAA... me@example.com',
    KEYS[0]!.slice(0, 50),
    KEYS[1]!.replace('ecdsa-sha2-nistp256', 'ssh-rsa'),
  ])
    it(`refuses "${text.slice(0, 40)}"`, () => expect(keyFault(text)).to.match(/^is no /));

  it('shows nothing of a text that is no key', () => {
    expect(keyFault('c2VjcmV0')).not.to.contain('c2VjcmV0');
  });
});

describe('isMisread', () => {
  for (const line of [
    ...KEYS,
    `${KEYS[0]!} # mine`,
    `restrict,from="2001:db8::/32",command="a:b" ${KEYS[0]!}:2`,
  ])
    it(`is not so for ${line.slice(0, 50)}`, () => expect(isMisread(line)).to.equal(false));

  for (const line of [`${KEYS[0]!}: at home`, `${KEYS[0]!}:`, `command="echo #1" ${KEYS[0]!}`])
    it(`is so for ${line.slice(0, 20)}…${line.slice(-20)}`, () => expect(isMisread(line)).to.equal(true));
});

describe('isPrivateKey', () => {
  it('knows every kind by its first line', () => {
    expect(isPrivateKey('-----BEGIN OPENSSH PRIVATE KEY-----')).to.equal(true);
    expect(isPrivateKey('-----BEGIN PRIVATE KEY-----')).to.equal(true);
    expect(isPrivateKey(KEYS[0]!)).to.equal(false);
  });
});
