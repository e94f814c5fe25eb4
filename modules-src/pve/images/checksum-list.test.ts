import { expect } from 'chai';
import { UserError } from '../../sdk/error.ts';
import type { Algorithm } from './checksum.ts';
import { digestFromList } from './checksum-list.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(128);

const find = (
  list: string,
  file: string,
  { algorithm = 'sha256', listName = 'SHA256SUMS' }: { algorithm?: Algorithm; listName?: string } = {},
): string =>
  digestFromList(list, {
    imageUrl: `https://mirror.test/images/release/${file}`,
    listUrl: `https://mirror.test/images/release/${listName}`,
    algorithm,
  });

describe('the digest of an image in a sums file', () => {
  it('of Ubuntu: GNU form, binary mode', () => {
    const list = `${B} *ubuntu-24.04-server-cloudimg-amd64-azure.vhd.tar.gz\n${A} *ubuntu-24.04-server-cloudimg-amd64.img\n`;

    expect(find(list, 'ubuntu-24.04-server-cloudimg-amd64.img')).to.equal(`sha256:${A}`);
  });

  it('of Debian: GNU form, SHA-512', () => {
    const list = `${C}  debian-12-generic-amd64.qcow2\n${'d'.repeat(128)}  debian-12-generic-amd64.raw\n`;

    expect(find(list, 'debian-12-generic-amd64.qcow2', { algorithm: 'sha512' })).to.equal(`sha512:${C}`);
  });

  it('of Rocky and CentOS: BSD form with comments', () => {
    const list = `# Rocky-9-GenericCloud.latest.x86_64.qcow2: 609812480 bytes\nSHA256 (Rocky-9-GenericCloud.latest.x86_64.qcow2) = ${A}\n`;

    expect(find(list, 'Rocky-9-GenericCloud.latest.x86_64.qcow2', { listName: 'CHECKSUM' })).to.equal(
      `sha256:${A}`,
    );
  });

  it('of Fedora: inside a clear-signed PGP message', () => {
    const list = [
      '-----BEGIN PGP SIGNED MESSAGE-----',
      'Hash: SHA256',
      '',
      '# Fedora-Cloud-Base-Generic-42-1.1.x86_64.qcow2: 533725184 bytes',
      `SHA256 (Fedora-Cloud-Base-Generic-42-1.1.x86_64.qcow2) = ${A}`,
      '-----BEGIN PGP SIGNATURE-----',
      '',
      'iQIzBAEBCAAdFiEEsPDEk',
      '-----END PGP SIGNATURE-----',
    ].join('\r\n');

    expect(find(list, 'Fedora-Cloud-Base-Generic-42-1.1.x86_64.qcow2')).to.equal(`sha256:${A}`);
  });

  it('of OpenSSL: BSD form without spaces, several algorithms', () => {
    const list = `SHA2-512(disk.img)= ${C}\nSHA2-256(disk.img)= ${A}\n`;

    expect(find(list, 'disk.img')).to.equal(`sha256:${A}`);
    expect(find(list, 'disk.img', { algorithm: 'sha512' })).to.equal(`sha512:${C}`);
  });

  it('alone in its file', () => {
    expect(find(`${A.toUpperCase()}\n`, 'disk.img', { listName: 'disk.img.sha256' })).to.equal(`sha256:${A}`);
  });

  it('under the dated name that a "latest" link points to, when the file belongs to the image', () => {
    const list = `${A}  disk-20261121.img\n`;

    expect(find(list, 'disk.img', { listName: 'disk.img.sha256' })).to.equal(`sha256:${A}`);
    expect(() => find(list, 'disk.img')).to.throw(UserError, 'lists no sha256 digest of disk.img');
  });

  const layouts: readonly (readonly [string, string])[] = [
    ['a name before its digest', `disk.img ${A}\n`],
    ['a name with a colon before its digest', `disk.img: ${A}\n`],
    ['the algorithm before the digest, as GitHub shows it', `sha256:${A}\n`],
    ['the algorithm before the digest, and a name', `sha256:${A}  disk.img\n`],
    ['a table with the algorithm', `SHA256          ${A.toUpperCase()}       C:\\build\\disk.img\n`],
    ['a table of Debian: digest, size, name', `SHA256:\n ${A} 1234567 main/disk.img\n`],
    ['tabs, and a folder of its own', `${A}\tdist/disk.img\r\n`],
    ['a byte order mark', `\uFEFF${A}  disk.img\n`],
    ['no newline at its end', `${A}  disk.img`],
  ];
  for (const [what, list] of layouts)
    it(`in a list with ${what}`, () => {
      expect(find(list, 'disk.img', { listName: 'disk.img.sha256' })).to.equal(`sha256:${A}`);
    });

  it('of Flatcar and Gentoo: below the heading of its algorithm, not of another as long', () => {
    const list = [
      '# MD5 HASH',
      `${'1'.repeat(32)}  disk.img`,
      '# BLAKE2B HASH',
      `${'e'.repeat(128)}  disk.img`,
      '# SHA512 HASH',
      `${C}  disk.img`,
      '# SHA3-256 HASH',
      `${B}  disk.img`,
      '# SHA256 HASH',
      `${A}  disk.img`,
    ].join('\n');

    expect(find(list, 'disk.img', { listName: 'disk.img.DIGESTS' })).to.equal(`sha256:${A}`);
    expect(find(list, 'disk.img', { algorithm: 'sha512', listName: 'disk.img.DIGESTS' })).to.equal(
      `sha512:${C}`,
    );
  });

  it('is not that of another algorithm which is as long', () => {
    expect(() => find(`SHA3-256 (disk.img) = ${A}\nblake2s256:${A}  disk.img\n`, 'disk.img')).to.throw(
      UserError,
      'lists no sha256 digest',
    );
  });

  it('of the folder of the image, when the list covers several', () => {
    const list = `${B}  ./daily/disk.img\n${A}  ./release/disk.img\n`;

    expect(find(list, 'disk.img')).to.equal(`sha256:${A}`);
  });

  it('is not guessed from a name that only ends the same', () => {
    expect(() => find(`${A}  my-disk.img\n`, 'disk.img')).to.throw(UserError, 'lists no sha256 digest');
  });

  it('is not taken from a truncated line', () => {
    expect(() => find(A.slice(0, 40), 'disk.img')).to.throw(UserError, 'lists no sha256 digest');
  });

  it('is refused when two are listed', () => {
    expect(() => find(`${A}  disk.img\n${B}  disk.img\n`, 'disk.img')).to.throw(UserError, 'more than one');
  });
});
