import { expect } from 'chai';
import { dirPath, plainName } from './dir-names.ts';
import { foldersOf } from './folders.ts';

describe('folders of a directory storage', () => {
  it('are the usual ones, but for those that content-dirs names', () => {
    const folders = foldersOf('/srv/s', 'iso=isos,images=vm/disks');

    expect(dirPath(folders, 'iso/a.iso')).to.equal('/srv/s/isos/a.iso');
    expect(dirPath(folders, '100/vm-100-disk-0.raw')).to.equal('/srv/s/vm/disks/100/vm-100-disk-0.raw');
    expect(dirPath(folders, 'snippets/a.yaml')).to.equal('/srv/s/snippets/a.yaml');
  });

  it('ignore what is no kind of content', () => {
    expect(foldersOf('/srv/s', 'nonsense=x')).to.deep.equal(foldersOf('/srv/s'));
  });

  it('tell which volume a path is', () => {
    const folders = foldersOf('/srv/s', 'iso=isos');

    expect(plainName(folders, '/srv/s/isos/a.iso')).to.equal('iso/a.iso');
    expect(plainName(folders, '/srv/s/template/iso/a.iso')).to.equal(undefined);
  });
});
