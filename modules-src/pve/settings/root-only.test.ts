import { expect } from 'chai';
import { qm, type QmProperties } from '../../sdk/step.ts';
import { rootOnlySettings } from './root-only.ts';

const options = (properties: QmProperties): readonly string[] =>
  rootOnlySettings(qm('set', 100, properties)).map(({ option }) => option);

describe('what no token may set', () => {
  /** Refused to a token of root@pam with all privileges (PVE 9.2 and 8.4). */
  const refused: readonly QmProperties[] = [
    { args: '-x' },
    { lock: 'backup' },
    { affinity: '0-1' },
    { hookscript: 'local:snippets/x.pl' },
    { hostpci0: '0000:00:00.0' },
    { hostpci0: 'host=0000:01:00.0,pcie=1' },
    { usb0: 'host=1-1' },
    { serial1: '/dev/ttyS0' },
    { parallel0: '/dev/parport0' },
    { ivshmem: 'size=1' },
    { scsi8: 'local:0,import-from=/srv/img/small.raw' },
    { scsi0: '/srv/img/small.raw' },
  ];

  for (const properties of refused)
    it(`is ${JSON.stringify(properties)}`, () => {
      expect(options(properties)).to.deep.equal(Object.keys(properties));
    });

  it('is the removal of such a setting, too', () => {
    expect(options({ delete: ['args', 'tags'] })).to.deep.equal(['args']);
  });

  it('names what works instead', () => {
    const [device] = rootOnlySettings(qm('set', 100, { hostpci0: '0000:01:00.0,pcie=1' }));
    expect(device).to.deep.equal({
      option: 'hostpci0',
      reason: '0000:01:00.0 is a device of the node',
      instead: '`mapping=NAME` with a mapping of Datacenter → Resource Mappings (/mapping/pci)',
    });
  });

  it('is not what a token may', () => {
    expect(
      options({
        hostpci0: 'mapping=gpu,pcie=1',
        usb0: 'spice',
        usb1: 'mapping=stick',
        serial0: 'socket',
        scsi0: 'local:0,import-from=local:import/x.qcow2',
        ide2: 'none,media=cdrom',
        memory: 512,
        skiplock: false,
      }),
    ).to.be.empty;
  });
});
