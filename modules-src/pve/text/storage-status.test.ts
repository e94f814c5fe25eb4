import { expect } from 'chai';
import { freeBytesByStorage } from './storage-status.ts';

const NOW = 1_750_000_000_000;
const at = (seconds: number): string => String(NOW / 1000 - seconds);

describe('status of storages', () => {
  it('is read for one node, in the words of PVE 8 and of PVE 9', () => {
    const text = [
      `pve2-storage/pve01/local:${at(5)}:1000:400`,
      `pve-storage-9.0/pve01/local-lvm:${at(5)}:5000:5000`,
      `pve2-storage/pve02/local:${at(5)}:9:0`,
      `pve2.3-vm/100:17:web-01:running:0:${at(5)}:2:0.1`,
      '',
    ].join('\n');

    expect([...freeBytesByStorage(text, 'pve01', NOW)]).to.deep.equal([
      ['local', 600],
      ['local-lvm', 0],
    ]);
  });

  it('says nothing when it is old, damaged or missing', () => {
    expect(freeBytesByStorage(`pve2-storage/pve01/local:${at(301)}:1000:400`, 'pve01', NOW).size).to.equal(0);
    expect(freeBytesByStorage('pve2-storage/pve01/local:U:U:U', 'pve01', NOW).size).to.equal(0);
    expect(freeBytesByStorage('', 'pve01', NOW).size).to.equal(0);
  });
});
