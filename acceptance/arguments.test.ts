import { expect } from 'chai';
import { readArguments } from './arguments.ts';

const GOOD = ['-i', 'hosts.ini', '--node', 'pve01', '--vmids', '9900-9949'];

describe('the arguments of an acceptance run', () => {
  it('name where, and have defaults for the rest', () => {
    const { first, last, door, storage, inventory } = readArguments(GOOD);

    expect([first, last, door, storage, inventory]).to.deep.equal([
      9900,
      9949,
      'ssh',
      'local-lvm',
      'hosts.ini',
    ]);
  });

  it('need no inventory by the API', () => {
    expect(readArguments([...GOOD.slice(2), '--api']).door).to.equal('api');
  });

  for (const [what, argv, says] of [
    ['no node', ['-i', 'hosts.ini', '--vmids', '9900-9949'], '--node is missing'],
    ['no inventory by SSH', GOOD.slice(2), '-i is missing'],
    ['too few VMIDs', [...GOOD, '--vmids', '9900-9907'], 'with 9 VMIDs or more'],
    ['VMIDs of PVE itself', [...GOOD, '--vmids', '1-50'], 'from 100'],
    ['a range that is none', [...GOOD, '--vmids', '9900'], 'FIRST-LAST'],
    ['an address without its gateway', [...GOOD, '--boot', '192.0.2.9/24'], '--gateway is missing'],
    ['a pool that is a path', [...GOOD, '--pool', '../../etc'], '--pool is to be of letters'],
    ['what there is not', [...GOOD, '--stroage', 'local'], '--stroage'],
  ] as const)
    it(`refuse ${what}`, () => {
      expect(() => readArguments(argv)).to.throw(says);
    });
});
