import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { UserError } from '../../sdk/error.ts';
import { claimFile } from '../claimed-file.ts';
import { archiveOf, unpackArchive } from './archive.ts';

const MIB = 1024 ** 2;

/** A disk with a boot sector, and something far behind it. */
function makeDisk(path: string, text: string, size = 2 * MIB): Buffer {
  const disk = Buffer.alloc(size);
  disk.write('\x55\xaa', 510, 'latin1');
  disk.write(text, size - 100);
  writeFileSync(path, disk);
  return disk;
}

describe('an archive', () => {
  const at = ownFolder();
  let source = '';
  let disk: Buffer;

  beforeEach(() => {
    source = at('files');
    mkdirSync(source);
    disk = makeDisk(join(source, 'disk.raw'), 'the disk');
    writeFileSync(join(source, 'README'), 'read me');
  });

  const tar = (...args: readonly string[]): void =>
    void execFileSync('tar', [...args, '-cf', at('archive'), '-C', source, '.']);
  const zip = (): void =>
    void execFileSync('python3', ['-m', 'zipfile', '-c', at('archive'), '.'], { cwd: source });

  const take = async (bytes = Infinity): Promise<string> => {
    const kind = await archiveOf(at('archive'));
    if (kind === undefined) return 'no archive';
    const limit = {
      bytes,
      refuse: () => {
        throw new UserError('it is too large');
      },
    };
    await claimFile(at('out'));
    return unpackArchive(at('archive'), at('out'), kind, 'sha256', limit).catch(String);
  };
  const digestOf = (content: Buffer): string =>
    `sha256:${createHash('sha256').update(content).digest('hex')}`;

  for (const [name, pack] of [
    ['tar', () => tar()],
    ['sparse tar as Google packs its images', () => tar('--format=oldgnu', '--sparse')],
    ['sparse tar of POSIX', () => tar('--format=pax', '--sparse')],
    ['zip', zip],
  ] as const)
    it(`that is a ${name} gives the one disk image in it, and its digest`, async () => {
      pack();

      expect(await take()).to.equal(digestOf(disk));
      expect(readFileSync(at('out')).equals(disk)).to.equal(true);
      expect(statSync(at('out')).blocks * 512).to.be.lessThan(MIB);
    });

  for (const [format, options] of [
    ['qcow2', []],
    ['vmdk', ['-o', 'subformat=streamOptimized']],
    ['vdi', []],
    ['vpc', []],
    ['vhdx', []],
  ] as const)
    it(`gives a ${format} whatever its name is`, async () => {
      execFileSync('qemu-img', [
        ...['convert', '-f', 'raw', '-O', format, ...options],
        ...[join(source, 'disk.raw'), join(source, 'data')],
      ]);
      rmSync(join(source, 'disk.raw'));
      const image = readFileSync(join(source, 'data'));
      tar();

      expect(await take()).to.equal(digestOf(image));
    });

  for (const [name, pack] of [
    ['tar', () => tar()],
    ['zip', zip],
  ] as const) {
    it(`that is a ${name} with two images is refused with the names of both`, async () => {
      makeDisk(join(source, 'disk2.raw'), 'the other');
      pack();

      expect(await take()).to.match(
        new RegExp(
          `it is a ${name} archive with more than one disk image \\(.*disk.*\\.raw and .*disk.*\\.raw\\)`,
        ),
      );
    });

    it(`that is a ${name} without an image is refused with what it holds`, async () => {
      rmSync(join(source, 'disk.raw'));
      pack();

      expect(await take()).to.match(
        new RegExp(`it is a ${name} archive without a disk image: it holds .*README; give`),
      );
    });

    it(`that is a ${name} does not tell a kernel or a CD from its name`, async () => {
      const kernel = Buffer.alloc(70_000);
      kernel.write('\x55\xaa', 510, 'latin1');
      kernel.write('HdrS', 514);
      writeFileSync(join(source, 'vmlinuz.img'), kernel);
      const cd = Buffer.alloc(70_000);
      cd.write('\x55\xaa', 510, 'latin1');
      cd.write('CD001', 32_769);
      writeFileSync(join(source, 'a.qcow2'), cd);
      pack();

      expect(await take()).to.equal(digestOf(disk));
    });

    it(`that is a ${name} unpacks no more than is allowed`, async () => {
      pack();

      expect(await take(MIB)).to.contain('it is too large');
      expect(statSync(at('out')).size).to.equal(0);
    });

    it(`that is a ${name} is refused when its end is missing`, async () => {
      pack();
      truncateSync(at('archive'), Math.floor(statSync(at('archive')).size / 2));

      expect(await take()).to.contain('it cannot be unpacked: ');
    });
  }

  it('is left after its first files when it holds a whole system', async () => {
    const program =
      'import sys, tarfile as t\nout = t.open(sys.argv[1], "w")\nfor n in range(10001): out.addfile(t.TarInfo(str(n)))';
    execFileSync('python3', ['-c', program, at('archive')]);

    expect(await take()).to.contain('it is a tar archive of more than 10000 files, such as a whole system');
  });

  it('writes nowhere but where the image is wanted, whatever its names and links say', async () => {
    const archive = [
      ...['--transform', 's,README,../../escaped,', '--transform', `s,./disk.raw,${at('absolute')},`],
      ...['--absolute-names', '--hard-dereference'],
    ];
    symlinkSync(at('elsewhere'), join(source, 'a-link'));
    execFileSync('mkfifo', [join(source, 'a-pipe')]);
    writeFileSync(join(source, '-f\nnew line \\ and "quote"'), 'odd');
    tar(...archive);

    expect(await take()).to.equal(digestOf(disk));
    expect(readdirSync(at()).sort()).to.deep.equal(['.out.json', 'archive', 'files', 'out']);
  });

  it('counts an image once that has two names in it', async () => {
    linkSync(join(source, 'disk.raw'), join(source, 'same.raw'));
    tar();

    expect(await take()).to.equal(digestOf(disk));
  });

  it('counts two images of one name as two', async () => {
    makeDisk(join(source, 'other.raw'), 'the other');
    tar('--transform', 's,other,disk,');

    expect(await take()).to.contain('more than one disk image (./disk.raw and ./disk.raw)');
  });

  it('is not seen in a disk image', async () => {
    expect(await archiveOf(join(source, 'disk.raw'))).to.equal(undefined);
  });
});
