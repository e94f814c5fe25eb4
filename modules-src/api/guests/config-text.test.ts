import { expect } from 'chai';
import fc from 'fast-check';
import { nextValues, drivenValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { configText, type PendingEntry } from './config-text.ts';

const text = (pending: readonly PendingEntry[], snapshots: readonly string[] = []): string =>
  configText({ pending, cloudInit: [], snapshots });

describe('a configuration of the API as the text of the file', () => {
  it('has sorted keys, the description as comments, and no digest', () => {
    expect(
      text([
        { key: 'memory', value: '512' },
        { key: 'digest', value: 'abc' },
        { key: 'description', value: 'a: b\nc %\n' },
        { key: 'kvm', value: 0 },
        { key: 'boot', value: ' ' },
      ]),
    ).to.equal('#a%3A%20b\n#c%20%25\nboot: \nkvm: 0\nmemory: 512\n');
  });

  it('keeps apart what is and what waits for a start', () => {
    const config = parseVmConfig(
      text([
        { key: 'memory', value: '512', pending: '1024' },
        { key: 'net1', value: 'virtio=BC:24:11:00:00:01,bridge=vmbr0', delete: 1 },
        { key: 'ide2', pending: 'local:100/vm-100-cloudinit.qcow2,media=cdrom' },
      ]),
    );

    expect(config.get('memory')).to.equal('512');
    expect(config.pendingDeletes).to.deep.equal(['net1']);
    expect([...nextValues(config).keys()].sort()).to.deep.equal(['ide2', 'memory']);
    expect(nextValues(config).get('memory')).to.equal('1024');
  });

  it('tells what the drive of a running VM was made of', () => {
    const config = parseVmConfig(
      configText({
        pending: [
          { key: 'ciuser', value: 'new' },
          { key: 'ipconfig0', value: 'ip=dhcp' },
        ],
        cloudInit: [
          { key: 'ciuser', value: 'old', pending: 'new' },
          { key: 'ipconfig0', pending: 'ip=dhcp' },
        ],
        snapshots: [],
      }),
    );

    expect([...drivenValues(config)]).to.deep.equal([['ciuser', 'old']]);
  });

  it('names the snapshots', () => {
    expect(parseVmConfig(text([{ key: 'memory', value: 512 }], ['before', 'after'])).snapshots).to.deep.equal(
      ['before', 'after'],
    );
  });

  it('gives back every setting that it was given, whatever its text', () => {
    const key = fc
      .stringMatching(/^[a-z]{2,8}[0-9]?$/)
      .filter(name => !['digest', 'delete', 'added'].includes(name));
    const value = fc.stringMatching(/^[!-~](?:[ -~]{0,30}[!-~])?$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name }),
        fc.string(),
        (pairs, notes) => {
          const settings = pairs.filter(([name]) => name !== 'description');
          const description = notes.replace(/\n+$/, '').replaceAll('\r', '');
          const config = parseVmConfig(
            text([
              ...settings.map(([name, given]) => ({ key: name, value: given })),
              ...(description === '' ? [] : [{ key: 'description', value: description }]),
            ]),
          );

          expect(new Map(config)).to.deep.equal(
            new Map([...(description === '' ? [] : [['description', description] as const]), ...settings]),
          );
        },
      ),
    );
  });
});
