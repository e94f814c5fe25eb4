import { expect } from 'chai';
import { imageFolder, importName } from './folder.ts';
import { parseStorageConfig } from '../text/storage-config.ts';

const storages = parseStorageConfig(
  [
    'dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup',
    'nfs: images\n\tserver 192.0.2.1\n\texport /srv\n\tcontent images,import,iso',
    'dir: named\n\tpath /srv/named\n\tcontent import\n\tcontent-dirs import=cloud/images,iso=isos',
    'dir: disks\n\tpath /srv/disks\n\tcontent images',
    'lvmthin: local-lvm\n\tcontent images,rootdir',
    '',
  ].join('\n\n'),
);

describe('the folder of images', () => {
  it('is the directory that is named', () => {
    expect(imageFolder('/srv/cache', [])).to.deep.equal({ path: '/srv/cache', isImport: false });
  });

  it('is where a storage keeps what PVE imports, else its ISO images', () => {
    expect(imageFolder('images', storages)).to.deep.equal({ path: '/mnt/pve/images/import', isImport: true });
    expect(imageFolder('local', storages)).to.deep.equal({
      path: '/var/lib/vz/template/iso',
      isImport: false,
    });
    expect(imageFolder('named', storages)).to.deep.equal({ path: '/srv/named/cloud/images', isImport: true });
  });

  for (const name of ['local-lvm', 'disks', 'none']) {
    it(`is not on ${name}, and those that would do are named`, () => {
      expect(() => imageFolder(name, storages))
        .to.throw(`"${name}"`)
        .with.property('message')
        .that.contains('local, images, named');
    });
  }
});

describe('the name of an image to import', () => {
  const names = {
    'noble-server-cloudimg-amd64.img': 'noble-server-cloudimg-amd64.qcow2',
    'debian-13.qcow2': 'debian-13.qcow2',
    'debian-13.raw': 'debian-13.raw',
    image: 'image.qcow2',
  };
  for (const [name, wanted] of Object.entries(names)) {
    it(`of ${name} is ${wanted}`, () => expect(importName(name)).to.equal(wanted));
  }
});
