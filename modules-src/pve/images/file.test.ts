import { expect } from 'chai';
import {
  imagePath,
  isPackedName,
  isUntouched,
  metadataPath,
  parseImageRecord,
  renderImageRecord,
  shownUrl,
  urlFileName,
} from './file.ts';
import type { ImageRecord } from '../../sdk/image.ts';

const record: ImageRecord = {
  url: 'https://cloud.debian.org/images/cloud/trixie/latest/debian-13-generic-amd64.qcow2',
  digest: `sha512:${'a'.repeat(128)}`,
  content: `sha512:${'a'.repeat(128)}`,
  verified: [],
  identity: { size: 4096, inode: '18446744073709551615', mtimeNs: '1', ctimeNs: '2' },
  format: 'qcow2',
  virtualSize: 3221225472,
  fetched: '2026-11-21T05:00:00.000Z',
};

const FOLDER = { path: '/cache', isImport: false };

describe('the file of an image in the cache', () => {
  const paths: readonly (readonly [string, string])[] = [
    [
      'https://x.test/releases/24.04/ubuntu-24.04-server-cloudimg-amd64.img',
      'ubuntu-24.04-server-cloudimg-amd64.img',
    ],
    ['https://x.test/haos_ova-15.2.qcow2.xz', 'haos_ova-15.2.qcow2'],
    ['https://x.test/disk.raw.zst?token=a/b#top', 'disk.raw'],
    ['https://x.test/disk.tar.gz', 'disk'],
    ['https://x.test/haos_ova.vmdk.zip', 'haos_ova.vmdk'],
    ['https://x.test/appliance.OVA', 'appliance'],
    ['https://x.test/my%20disk%2C1.qcow2', 'my_disk_1.qcow2'],
    ['https://x.test/%2e%2e%2f%2e%2e%2fetc%2fpasswd', '_.._etc_passwd'],
    ['https://x.test/-rf.img', 'rf.img'],
    ['https://x.test/%E0%A4%A.img', '_E0_A4_A.img'],
    ['https://x.test/images/', 'images'],
    ['https://x.test/', 'image'],
  ];
  for (const [url, name] of paths) {
    it(`is ${name} for ${url}`, () => expect(imagePath(FOLDER, url)).to.equal(`/cache/${name}`));
  }

  it('keeps the end of a long name, where its kind stands', () => {
    const path = imagePath(FOLDER, `https://x.test/${'a'.repeat(300)}.qcow2`);

    expect(path)
      .to.match(/a\.qcow2$/)
      .and.to.have.lengthOf('/cache/'.length + 200);
  });

  it('has none for what is no URL, and its login is not told', () => {
    for (const url of ['https://me:pa/ss@host/x.img', 'https://me:p#ss@host:x/x.img'])
      expect(() => urlFileName(url)).to.throw('cannot use https://…@host');
  });

  it('is listed in sums files under the name that the URL has', () => {
    expect(urlFileName('https://x.test/a/disk%2B1.qcow2.xz?x=1')).to.equal('disk+1.qcow2.xz');
  });

  it('tells queries apart and shows none', () => {
    const [one, other] = ['a=SECRET', 'a=OTHER'].map(query =>
      shownUrl(`https://me:pw@x.test/a.img?${query}#f`),
    );

    expect(one).to.match(/^https:\/\/x\.test\/a\.img\?hidden-[0-9a-f]{8}$/);
    expect(other).not.to.equal(one);
    expect(shownUrl(one!)).to.equal(one);
    expect(shownUrl('https://x.test/a%20b.img#f')).to.equal('https://x.test/a%20b.img');
  });

  it('tells by the name that it must be unpacked', () => {
    expect(isPackedName('https://x.test/a.raw.XZ?x')).to.equal(true);
    expect(isPackedName('https://x.test/a.raw?x=a.xz')).to.equal(false);
  });
});

describe('the record of a cached image', () => {
  it('stands in a hidden file beside it', () => {
    expect(metadataPath('/cache/a.img')).to.equal('/cache/.a.img.json');
  });

  it('survives writing and reading', () => {
    const full = { ...record, etag: '"1"', lastModified: 'Sat, 21 Nov 2026 05:00:00 GMT' };

    expect(parseImageRecord(renderImageRecord(full))).to.deep.equal(full);
    expect(parseImageRecord(renderImageRecord(record))).to.deep.equal(record);
  });

  it('proves nothing when it is damaged', () => {
    expect(parseImageRecord(renderImageRecord(record).slice(0, -9))).to.equal(undefined);
    expect(parseImageRecord('null')).to.equal(undefined);
    expect(parseImageRecord(JSON.stringify({ ...record, verified: 'sha256:1' }))).to.equal(undefined);
    expect(parseImageRecord(JSON.stringify({ ...record, identity: { size: 1 } }))).to.equal(undefined);
  });

  it('speaks of another file when anything of its identity differs', () => {
    expect(isUntouched(record, { ...record.identity })).to.equal(true);
    for (const change of [{ size: 1 }, { inode: '1' }, { mtimeNs: '9' }, { ctimeNs: '9' }]) {
      expect(isUntouched(record, { ...record.identity, ...change })).to.equal(false);
    }
  });
});
