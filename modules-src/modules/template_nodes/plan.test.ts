import { expect } from 'chai';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { Wanted } from './params.ts';
import { placesOf, type Observed } from './plan.ts';

const STORAGES = parseStorageConfig(
  [
    'dir: local\n\tpath /var/lib/vz\n\tcontent images\n',
    'lvmthin: thin\n\tthinpool data\n\tvgname pve\n\tnodes pve01,pve02\n',
    'nfs: nas\n\tserver 192.0.2.1\n\texport /pve\n\tcontent images\n',
  ].join('\n'),
);
const seen: Observed = { home: 'pve01', nodes: ['pve01', 'pve02', 'pve03'], lost: [], storages: STORAGES };

const wish = (more: Partial<Wanted> = {}): Wanted => ({
  template_nodes: ['all'],
  disk_storage: 'local',
  image_disk: 'scsi0',
  disks: { scsi0: 'local-lvm:32,format=raw' },
  uefi: false,
  efi_storage: undefined,
  tpm: false,
  tpm_storage: undefined,
  ...more,
});

const places = (more: Partial<Wanted> = {}, found: Partial<Observed> = {}): Record<string, string> =>
  Object.fromEntries(placesOf(wish(more), { ...seen, ...found }).map(({ node, state }) => [node, state]));

describe('where a template is', () => {
  it('is each node that is named, or all of them, with a replica where nothing is shared', () => {
    expect(places()).to.deep.equal({ pve01: 'replica', pve02: 'replica', pve03: 'replica' });
    expect(places({ template_nodes: ['pve02', 'pve01', 'pve02'] })).to.deep.equal({
      pve01: 'replica',
      pve02: 'replica',
    });
  });

  it('is one replica on shared storage, and again one each as soon as one disk is not on it', () => {
    const shared = { pve01: 'replica', pve02: 'shared', pve03: 'shared' };
    const each = { pve01: 'replica', pve02: 'replica', pve03: 'replica' };

    expect(places({ disk_storage: 'nas' })).to.deep.equal(shared);
    expect(places({ disks: { scsi0: 'nas:0' } })).to.deep.equal(each);
    expect(places({ disk_storage: 'nas', uefi: true })).to.deep.equal(shared);
    expect(places({ disk_storage: 'nas', uefi: true, efi_storage: 'local' })).to.deep.equal(each);
    expect(places({ disk_storage: 'nas', tpm: true, tpm_storage: 'local' })).to.deep.equal(each);
    expect(places({ disk_storage: 'nas', disks: { scsi1: 'local:8' } })).to.deep.equal(each);
    expect(places({ disk_storage: 'nas', image_disk: undefined, disks: { scsi0: 'local:8' } })).to.deep.equal(
      each,
    );
  });

  it('is refused where the node of the run itself is down, with those that are up', () => {
    expect(() => places({}, { lost: ['pve01'] })).to.throw(
      UserError,
      /the run begins and ends on pve01, which is down; start it, or set .*node.* to one that is up: pve02, pve03/,
    );
  });

  it('is told of a node that is down, whatever storages it has', () => {
    expect(places({ disk_storage: 'thin' }, { lost: ['pve03'] })).to.deep.equal({
      pve01: 'replica',
      pve02: 'replica',
      pve03: 'down',
    });
  });

  it('is no node that the cluster or the storage does not know, and always the one where the run begins', () => {
    expect(() => places({ template_nodes: ['pve01', 'pve09'] })).to.throw(
      UserError,
      /no such node; take some/,
    );
    expect(() => places({ disk_storage: 'thin' })).to.throw(
      UserError,
      /on pve03: it does not have the storage thin/,
    );
    expect(() => places({ template_nodes: ['pve02'] })).to.throw(UserError, /begins on pve01, which is none/);
  });
});
