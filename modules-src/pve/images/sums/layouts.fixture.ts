import type { Algorithm } from '../checksum.ts';

export const MD5 = '1'.repeat(32);
export const SHA1 = '2'.repeat(40);
export const SHA256 = 'a'.repeat(64);
export const SHA512 = 'c'.repeat(128);
/** Of another file, or of the same by another algorithm whose digests are as long. */
const OTHER = 'b'.repeat(64);
const LONG = 'e'.repeat(128);

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

export interface Layout {
  /** Who publishes such lists. */
  readonly who: string;
  readonly list: string;
  /** Name of the list; of the image. */
  readonly as?: string;
  readonly image?: string;
  readonly algorithm?: Algorithm;
  /** What the refusal says; absent: the digest is found. */
  readonly refused?: string;
}

const SIGNED = ['-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA512', ''];
const SIGNATURE = [
  '-----BEGIN PGP SIGNATURE-----',
  '',
  `iQIzBAEBCAAdFiEE${base64(OTHER)}`,
  '-----END PGP SIGNATURE-----',
];
const NO_256 = 'lists no sha256 digest of disk.img';

/** Lists of checksums as distributions, projects and programs write them. */
export const LAYOUTS: readonly Layout[] = [
  { who: 'Ubuntu, OpenWrt, Kali: GNU, binary', list: `${OTHER} *disk.img.tar.gz\n${SHA256} *disk.img\n` },
  { who: 'Debian: GNU, SHA-512', list: `${SHA512}  disk.img\n${LONG}  disk.raw\n`, algorithm: 'sha512' },
  { who: 'Alpine', list: `${SHA512}  disk.img\n`, as: 'disk.img.sha512', algorithm: 'sha512' },
  { who: 'CirrOS', list: `${MD5} *disk.img\n`, as: 'MD5SUMS', algorithm: 'md5' },
  { who: 'openSUSE: the dated build', list: `${SHA256}  disk-Build1.2.img\n`, as: 'disk.img.sha256' },
  {
    who: 'openSUSE: signed',
    list: [...SIGNED, `${SHA256}  disk.img`, ...SIGNATURE].join('\n'),
    as: 'disk.img.sha256.asc',
  },
  {
    who: 'Rocky, CentOS Stream: BSD',
    list: `# disk.img: 609812480 bytes\nSHA256 (disk.img) = ${SHA256}\n`,
    as: 'CHECKSUM',
  },
  {
    who: 'Fedora: BSD in a signed message',
    list: [...SIGNED, '# disk.img: 533725184 bytes', `SHA256 (disk.img) = ${SHA256}`, ...SIGNATURE].join(
      '\r\n',
    ),
    as: 'Fedora-Cloud-42-x86_64-CHECKSUM',
  },
  {
    who: 'AlmaLinux: GNU with remarks',
    list: `# disk.img: 530055168 bytes\n${SHA256}  disk.img\n`,
    as: 'CHECKSUM',
  },
  {
    who: 'FreeBSD',
    list: `SHA512 (disk.raw.xz) = ${LONG}\nSHA512 (disk.img) = ${SHA512}\n`,
    as: 'CHECKSUM.SHA512',
    algorithm: 'sha512',
  },
  {
    who: 'OpenBSD: base64 below a signature',
    list: `untrusted comment: verify with openbsd-77-base.pub\nRWS${base64(SHA512)}\nSHA256 (disk.img) = ${base64(SHA256)}\n`,
    as: 'SHA256.sig',
  },
  {
    who: 'NetBSD',
    list: `MD5 (disk.img) = ${MD5}\nSHA1 (disk.img) = ${SHA1}\n`,
    as: 'MD5',
    algorithm: 'sha1',
  },
  {
    who: 'OpenSSL, manifests of OVF',
    list: `SHA2-512(disk.img)= ${SHA512}\nSHA256(disk.img)= ${SHA256}\n`,
    as: 'disk.mf',
  },
  { who: 'Talos: the folder it was built in', list: `${OTHER}  _out/disk.raw\n${SHA256}  _out/disk.img\n` },
  { who: 'find and sha256sum', list: `${OTHER}  ./daily/disk.img\n${SHA256}  ./release/disk.img\n` },
  {
    who: 'Flatcar: headings, signed',
    list: [
      ...SIGNED,
      '# MD5 HASH',
      `${MD5}  disk.img`,
      '# SHA512 HASH',
      `${SHA512}  disk.img`,
      ...SIGNATURE,
    ].join('\n'),
    as: 'disk.img.DIGESTS.asc',
    algorithm: 'sha512',
  },
  {
    who: 'Gentoo: another algorithm as long comes first',
    list: `# BLAKE2B HASH\n${LONG}  disk.img\n# SHA512 HASH\n${SHA512}  disk.img\n`,
    as: 'disk.img.DIGESTS',
    algorithm: 'sha512',
  },
  {
    who: 'whirlpool first',
    list: `# WHIRLPOOL\n${LONG}  disk.img\n## SHA512\n${SHA512}  disk.img\n`,
    algorithm: 'sha512',
  },
  {
    who: "Debian's Release",
    list: `MD5Sum:\n ${MD5} 7 main/disk.img\nSHA256:\n ${SHA256} 7 main/disk.img\n`,
  },
  {
    who: "Debian's .dsc",
    list: `Checksums-Sha1:\n ${SHA1} 7 disk.img\nChecksums-Sha256:\n ${SHA256} 7 disk.img\n`,
  },
  {
    who: 'Markdown headings',
    list: `## MD5\n${MD5}  disk.img\n\n## SHA-256 checksums\n\n${SHA256}  disk.img\n`,
  },
  { who: 'GitHub: alone, with its algorithm', list: `sha256:${SHA256}\n`, as: 'disk.img.sha256' },
  { who: 'GitHub: beside the name', list: `other.img sha256:${OTHER}\ndisk.img sha256:${SHA256}\n` },
  {
    who: 'GitHub: a table in release notes',
    list: `| File | SHA-256 |\n|---|---|\n| \`other.img\` | \`${OTHER}\` |\n| \`disk.img\` | \`${SHA256}\` |\n`,
    as: 'RELEASE.md',
  },
  {
    who: 'GitHub: the API of releases',
    list: JSON.stringify({
      tag_name: 'v1',
      assets: [
        { name: 'other.img', uploader: { login: 'me' }, digest: `sha256:${OTHER}` },
        { name: 'disk.img', uploader: { login: 'me' }, digest: `sha256:${SHA256}` },
      ],
    }),
    as: 'latest',
  },
  {
    who: 'Ubuntu: simple streams',
    list: JSON.stringify({
      items: {
        'disk1.img': { path: 'server/images/release/disk.img', sha256: SHA256, md5: MD5 },
        'disk.vmdk': { path: 'server/images/release/disk.vmdk', sha256: OTHER },
      },
    }),
    as: 'streams.json',
  },
  {
    who: 'Fedora CoreOS: streams',
    list: JSON.stringify({
      disk: { location: 'https://a.test/x/disk.img', sha256: SHA256, 'uncompressed-sha256': OTHER },
    }),
    as: 'stable.json',
  },
  { who: 'a map in JSON', list: `{"other.img": "${OTHER}", "disk.img": "${SHA256}"}`, as: 'sums.json' },
  {
    who: 'a map of maps in JSON',
    list: JSON.stringify({ 'disk.img': { sha512: LONG, sha256: SHA256 }, 'o.img': { sha256: OTHER } }),
    as: 'sums.json',
  },
  {
    who: 'by algorithm in JSON',
    list: JSON.stringify({ sha1: { 'disk.img': SHA1 }, sha256: { 'disk.img': SHA256 } }),
  },
  {
    who: 'hashes of an artefact in JSON',
    list: JSON.stringify([{ file: 'disk.img', hashes: { sha256: SHA256 } }]),
  },
  { who: 'hashdeep', list: `%%%% size,md5,sha256,filename\n70,${MD5},${SHA256},/srv/disk.img\n` },
  { who: 'CSV', list: `file,sha256\n"other.img","${OTHER}"\n"disk.img","${SHA256}"\n` },
  { who: 'several digests in a row', list: `${MD5} ${SHA1} ${SHA256} disk.img\n`, as: 'checksums.txt' },
  { who: 'YAML of one image', list: `name: disk.img\nsize: 5\nsha256: ${SHA256}\n`, as: 'disk.img.yaml' },
  { who: 'YAML with keys of names', list: `other.img: ${OTHER}\ndisk.img: "${SHA256}"\n`, as: 'sums.yaml' },
  { who: 'a name, an equals sign', list: `other.img=${OTHER}\ndisk.img=${SHA256}\n` },
  { who: 'the URL before the digest', list: `https://a.test/x/disk.img ${SHA256}\n` },
  { who: 'a digest alone', list: `${SHA256.toUpperCase()}\n`, as: 'disk.img.sha256' },
  { who: 'sha256sum of standard input', list: `${SHA256}  -\n`, as: 'sha256.txt' },
  { who: 'the web: subresource integrity', list: `sha256-${base64(SHA256)}\n`, as: 'disk.img.sri' },
  { who: 'the web, with a name', list: `disk.img: sha512-${base64(SHA512)}\n`, algorithm: 'sha512' },
  {
    who: 'Windows: tables of PowerShell',
    list: `SHA256    ${SHA256.toUpperCase()}    C:\\build\\disk.img\r\n`,
  },
  {
    who: 'Windows: lists of PowerShell',
    list: `\uFEFFAlgorithm : SHA256\r\nHash      : ${SHA256}\r\nPath      : C:\\build\\disk.img\r\n`,
    as: 'disk.img.sha256',
  },
  {
    who: 'Windows: certutil',
    list: `SHA256 hash of disk.img:\r\n${SHA256}\r\nCertUtil: -hashfile command completed successfully.\r\n`,
    as: 'disk.img.txt',
  },
  { who: 'a byte order mark, tabs, no newline at the end', list: `\uFEFF${SHA256}\tdist/disk.img` },
  { who: 'lines that end as on old Macs', list: `${OTHER}  o.img\r${SHA256}  disk.img\r` },
  { who: 'a name with blanks', list: `${SHA256}  my disk.img\n`, image: 'my disk.img' },
  { who: 'a name that is like an algorithm', list: `${OTHER}  disk1\ndisk2 ${SHA256}\n`, image: 'disk2' },
  { who: 'a remark with the digest of the old one', list: `# was ${OTHER}\n${SHA256}  disk.img\n` },

  {
    who: 'Arch: BLAKE2',
    list: `${LONG}  disk.img\n`,
    as: 'b2sums.txt',
    algorithm: 'sha512',
    refused: 'lists no sha512',
  },
  {
    who: 'SHA-3',
    list: `${LONG}  disk.img\n`,
    as: 'SHA3-512SUMS',
    algorithm: 'sha512',
    refused: 'lists no sha512',
  },
  { who: 'SHA-512/256', list: `SHA512/256 (disk.img) = ${OTHER}\n`, refused: NO_256 },
  {
    who: 'BLAKE3, labelled',
    list: `blake3:${OTHER}  disk.img\ndisk.img blake2s256:${OTHER}\n`,
    refused: NO_256,
  },
  {
    who: 'another algorithm of ours',
    list: `${SHA512}  disk.img\n`,
    as: 'SHA512SUMS',
    refused: `${NO_256}, but one of sha512; write the checksum as sha512:https://mirror.test/images/release/SHA512SUMS`,
  },
  {
    who: 'GnuPG: digests in groups',
    list: 'disk.img: SHA256 = AAAAAAAA BBBBBBBB\n  CCCCCCCC\n',
    refused: NO_256,
  },
  { who: 'Nix: base 32', list: `sha256:${'1b'.repeat(26)}  disk.img\n`, refused: NO_256 },
  {
    who: 'YAML of several images',
    list: `- name: disk.img\n  sha256: ${SHA256}\n- name: other.img\n  sha256: ${OTHER}\n`,
    refused: 'sha256 digest of disk.img; give the URL',
  },
  {
    who: 'JSON of other images',
    list: JSON.stringify({ name: 'o.img', sha256: OTHER, size: 1 }),
    refused: NO_256,
  },
  { who: 'a signature alone', list: SIGNATURE.join('\n'), refused: NO_256 },
  { who: 'nothing', list: '', refused: NO_256 },
  { who: 'half a line', list: SHA256.slice(0, 40), refused: NO_256 },
  { who: 'a name that ends the same', list: `${SHA256}  my-disk.img\n${OTHER}  o\n`, refused: NO_256 },
  {
    who: 'two digests',
    list: `${SHA256}  disk.img\n${OTHER}  disk.img\n`,
    refused: 'more than one sha256 digest',
  },
];
