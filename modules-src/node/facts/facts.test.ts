import { expect } from 'chai';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCustomModels, readBridges, readIommuGroups, readMappings } from './devices.ts';
import { readPlace } from './places.ts';
import { findProgram, listLostNodes, readQuorum } from './facts.ts';

describe('facts of a node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'node-facts-'));
  const at = (...parts: readonly string[]): string => join(folder, ...parts);
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  after(() => rmSync(folder, { recursive: true }));

  describe('findProgram', () => {
    it('takes the first executable of the path, and no other file', () => {
      mkdirSync(at('a'));
      mkdirSync(at('b'));
      writeFileSync(at('a', 'tool'), '');
      writeFileSync(at('b', 'tool'), '#!/bin/sh\n');
      chmodSync(at('b', 'tool'), 0o755);

      expect(findProgram('tool', `${at('a')}:${at('b')}`)).to.equal(at('b', 'tool'));
      expect(findProgram('tool', at('a'))).to.equal(undefined);
    });

    it('looks into /usr/sbin although the path of SSH lacks it', () => {
      expect(findProgram('useradd', '/nowhere')).to.equal('/usr/sbin/useradd');
    });
  });

  describe('readQuorum', () => {
    it('reads what the cluster file system tells', async () => {
      const members = (cluster: object): string =>
        write('members', JSON.stringify({ nodename: 'pve01', version: 4, cluster }));

      expect(await readQuorum(members({ name: 'c', nodes: 3, quorate: 1 }))).to.equal(true);
      expect(await readQuorum(members({ name: 'c', nodes: 3, quorate: 0 }))).to.equal(false);
    });

    it('knows nothing of a node without a cluster, of a damaged file, or of none', async () => {
      expect(await readQuorum(write('alone', '{"nodename":"pve01","version":0}'))).to.equal(undefined);
      expect(await readQuorum(write('damaged', '{"nodename":'))).to.equal(undefined);
      expect(await readQuorum(at('no-such-file'))).to.equal(undefined);
    });
  });

  it('listLostNodes names the nodes that are down, and none where there is no cluster', async () => {
    const nodelist = { pve01: { id: 1, online: 1 }, pve02: { id: 2, online: 0 } };

    expect(await listLostNodes(write('nodes', JSON.stringify({ version: 4, nodelist })))).to.deep.equal([
      'pve02',
    ]);
    expect(await listLostNodes(write('alone', '{"nodename":"pve01","version":0}'))).to.deep.equal([]);
    expect(await listLostNodes(at('no-such-file'))).to.deep.equal([]);
  });

  describe('readBridges', () => {
    const net = (...interfaces: readonly (readonly [string, boolean])[]): string => {
      const root = mkdtempSync(at('net-'));
      for (const [name, isBridge] of interfaces) {
        mkdirSync(join(root, name, isBridge ? 'bridge' : 'queues'), { recursive: true });
        writeFileSync(join(root, name, 'mtu'), '9000\n');
      }
      return root;
    };

    it('lists Linux bridges with their MTU', async () => {
      expect(await readBridges(net(['eth0', false], ['vmbr0', true]))).to.deep.equal(
        new Map([['vmbr0', 9000]]),
      );
    });

    it('lists every interface where Open vSwitch runs, whose bridges have no mark', async () => {
      expect([...(await readBridges(net(['ovs-system', false], ['vmbr1', false]))).keys()]).to.contain(
        'vmbr1',
      );
    });
  });

  it('readMappings reads which device a name stands for on each node', async () => {
    write(
      'pci.cfg',
      'a100\n\tmap id=10de:20b5,iommugroup=12,node=pve01,path=0000:01:00\n\tmap node=pve02,path=0000:02:00\n\na40\n\tmdev 1\n',
    );

    expect(await readMappings('pci', folder)).to.deep.equal([
      {
        name: 'a100',
        devices: [
          { node: 'pve01', path: '0000:01:00', group: '12' },
          { node: 'pve02', path: '0000:02:00', group: undefined },
        ],
      },
      { name: 'a40', devices: [] },
    ]);
    expect(await readMappings('usb', folder)).to.deep.equal([]);
  });

  it('listCustomModels names the processors that an administrator has made', async () => {
    write(
      'cpu-models.conf',
      'cpu-model: avx\n\tflags +avx;+avx2\n\treported-model kvm64\n\ncpu-model: plain\n',
    );

    expect(await listCustomModels(at('cpu-models.conf'))).to.deep.equal(['custom-avx', 'custom-plain']);
    expect(await listCustomModels(at('nowhere'))).to.deep.equal([]);
  });

  it('readIommuGroups leaves bridges out', async () => {
    for (const [group, device, kind] of [
      ['1', '0000:00:01.0', '0x060400'],
      ['1', '0000:01:00.0', '0x030000'],
      ['2', '0000:02:00.0', '0x010802'],
    ] as const) {
      mkdirSync(at('groups', group, 'devices', device), { recursive: true });
      writeFileSync(at('groups', group, 'devices', device, 'class'), `${kind}\n`);
    }

    expect(await readIommuGroups(at('groups'))).to.deep.equal(
      new Map([
        ['0000:01:00.0', '1'],
        ['0000:02:00.0', '2'],
      ]),
    );
  });

  describe('readPlace', () => {
    it('tells a directory from a file', async () => {
      expect(await readPlace(folder)).to.include({ kind: 'directory', isWritable: true });
      expect(await readPlace(write('file', ''))).to.include({ kind: 'other' });
    });

    it('judges what is missing by what is above it', async () => {
      expect(await readPlace(at('x', 'y', 'z'))).to.include({ kind: 'missing', isWritable: true });
      expect(await readPlace(at('file', 'below'))).to.include({ kind: 'missing', isWritable: false });
    });

    it('tells the free space', async () => {
      expect((await readPlace(at('x'))).freeBytes).to.be.greaterThan(0);
    });
  });
});
