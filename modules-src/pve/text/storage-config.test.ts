import { expect } from 'chai';
import { isFileStorage, isUsable, parseStorageConfig, type Storage } from './storage-config.ts';

/** As an installation of PVE 9 has it, with shared and restricted storages added. */
const TEXT = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup,snippets,import

lvmthin: local-lvm
	thinpool data
	vgname pve
	content rootdir,images

zfspool: tank
	pool tank/vms
	content images,rootdir
	nodes pve01,pve02
	sparse 1

nfs: share
	export /srv/nfs
	server 192.0.2.7
	content images,snippets
	options vers=4.2

dir: off
	disable
	path /mnt/off
	content images
`;

const storage = (id: string, text = TEXT): Storage | undefined =>
  parseStorageConfig(text).find(candidate => candidate.id === id);

describe('the storage configuration', () => {
  it('lists the storages in their order', () => {
    expect(parseStorageConfig(TEXT).map(({ id, type }) => `${type} ${id}`)).to.deep.equal([
      'dir local',
      'lvmthin local-lvm',
      'zfspool tank',
      'nfs share',
      'dir off',
    ]);
  });

  it('tells what a storage holds', () => {
    expect(storage('local-lvm')?.content).to.deep.equal(['rootdir', 'images']);
    expect(storage('none', 'dir: none\n\tpath /x\n\tcontent none\n')?.content).to.deep.equal([]);
  });

  it('reads a list of contents written with spaces', () => {
    expect(storage('x', 'dir: x\n\tpath /x\n\tcontent images, iso\n')?.content).to.deep.equal([
      'images',
      'iso',
    ]);
  });

  it('supposes no snippets on a storage that does not list its contents', () => {
    expect(storage('x', 'dir: x\n\tpath /x\n')?.content).to.deep.equal(['images', 'rootdir']);
  });

  it('knows where a file storage lies, and that a block storage lies nowhere', () => {
    expect(storage('local')?.path).to.equal('/var/lib/vz');
    expect(storage('share')?.path).to.equal('/mnt/pve/share');
    expect(storage('tank')?.path).to.equal(undefined);
  });

  it('keeps properties that only some plugins have', () => {
    expect(storage('share')?.properties.get('options')).to.equal('vers=4.2');
  });

  it('is empty for an empty file', () => {
    expect(parseStorageConfig('')).to.deep.equal([]);
  });
});

describe('a storage', () => {
  it('holds files or blocks by its type', () => {
    expect(
      parseStorageConfig(TEXT)
        .filter(isFileStorage)
        .map(({ id }) => id),
    ).to.deep.equal(['local', 'share', 'off']);
  });

  it('is usable on the nodes it is restricted to', () => {
    expect(isUsable(storage('tank')!, 'pve02')).to.equal(true);
    expect(isUsable(storage('tank')!, 'pve03')).to.equal(false);
    expect(isUsable(storage('local')!, 'pve03')).to.equal(true);
  });

  it('is not usable when it is disabled', () => {
    expect(isUsable(storage('off')!, 'pve01')).to.equal(false);
    expect(isUsable(storage('x', 'dir: x\n\tdisable 1\n\tpath /x\n')!, 'pve01')).to.equal(false);
  });

  it('is usable when somebody wrote that it is not disabled', () => {
    expect(isUsable(storage('x', 'dir: x\n\tdisable 0\n\tpath /x\n')!, 'pve01')).to.equal(true);
  });
});
