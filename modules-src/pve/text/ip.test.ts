import { expect } from 'chai';
import fc from 'fast-check';
import {
  isInNetwork,
  isLinkLocal,
  parseInterfaceAddress,
  parseIp,
  reservedAs,
  sameIp,
  type InterfaceAddress,
} from './ip.ts';

const host = (text: string): InterfaceAddress => parseInterfaceAddress(text)!;

describe('parseIp', () => {
  for (const text of [
    '0.0.0.0',
    '192.168.1.255',
    '::',
    '::1',
    '1::',
    '2001:db8::10',
    '1:2:3:4:5:6:7:8',
    '::ffff:10.0.0.1',
  ])
    it(`takes ${text}`, () => expect(parseIp(text)).to.not.equal(undefined));

  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4/24',
    'dns.example',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::1',
    'fe80::1%eth0',
    '1.2.3.4::',
  ])
    it(`refuses "${text}"`, () => expect(parseIp(text)).to.equal(undefined));

  it('reads every address that another library writes', () => {
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), text => parseIp(text) !== undefined));
  });

  it('knows two spellings of one address', () => {
    expect(sameIp(parseIp('2001:DB8:0:0::1')!, parseIp('2001:db8::1')!)).to.equal(true);
    expect(sameIp(parseIp('::1')!, parseIp('0.0.0.1')!)).to.equal(false);
  });
});

describe('parseInterfaceAddress', () => {
  it('reads an address and its prefix length', () => {
    expect(host('10.0.1.50/24')).to.deep.equal({ address: parseIp('10.0.1.50'), prefix: 24 });
  });

  for (const text of ['dhcp', 'auto', '10.0.0.1', '10.0.0.1/33', '::1/129', '/24', '10.0.0.1/'])
    it(`refuses "${text}"`, () => expect(parseInterfaceAddress(text)).to.equal(undefined));
});

describe('isInNetwork', () => {
  it('tells a neighbour from a stranger', () => {
    expect(isInNetwork(parseIp('10.0.1.1')!, host('10.0.1.50/24'))).to.equal(true);
    expect(isInNetwork(parseIp('10.0.2.1')!, host('10.0.1.50/24'))).to.equal(false);
    expect(isInNetwork(parseIp('10.0.2.1')!, host('10.0.1.50/22'))).to.equal(true);
    expect(isInNetwork(parseIp('2001:db8::1')!, host('2001:db8::50/64'))).to.equal(true);
    expect(isInNetwork(parseIp('2001:db8:1::1')!, host('2001:db8::50/64'))).to.equal(false);
  });

  it('never mixes families', () => {
    expect(isInNetwork(parseIp('::1')!, host('0.0.0.0/0'))).to.equal(false);
  });

  it('has every address in its own network', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (ip, prefix) =>
        isInNetwork(parseIp(ip)!, host(`${ip}/${prefix}`)),
      ),
    );
  });
});

describe('reservedAs', () => {
  it('knows what no host can have', () => {
    expect(reservedAs(host('10.0.0.0/24'))).to.equal('network');
    expect(reservedAs(host('10.0.0.255/24'))).to.equal('broadcast');
    expect(reservedAs(host('10.0.0.255/16'))).to.equal(undefined);
  });

  it('leaves point-to-point networks and IPv6 alone', () => {
    expect(reservedAs(host('10.0.0.0/31'))).to.equal(undefined);
    expect(reservedAs(host('10.0.0.0/32'))).to.equal(undefined);
    expect(reservedAs(host('2001:db8::/64'))).to.equal(undefined);
  });
});

describe('isLinkLocal', () => {
  it('is fe80::/10', () => {
    expect(['fe80::1', 'febf::1'].map(text => isLinkLocal(parseIp(text)!))).to.deep.equal([true, true]);
    expect(['fec0::1', '2001:db8::1', '169.254.0.1'].map(text => isLinkLocal(parseIp(text)!))).to.deep.equal([
      false,
      false,
      false,
    ]);
  });
});
