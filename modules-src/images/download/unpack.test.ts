import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { claimFile } from '../claimed-file.ts';
import { limitCommands } from '../../system/run-command.ts';
import { compressionOf, unpack, unpackedSize, type Compression } from './unpack.ts';

const PROGRAMS: Readonly<Record<Compression, string>> = { xz: 'xz', gz: 'gzip', bz2: 'bzip2', zst: 'zstd' };

const LIMIT = { bytes: Infinity, refuse: () => expect.fail('there is no limit') };

describe('unpacking an image', () => {
  const at = ownFolder(before, after);
  let image = '';

  before(() => {
    image = at('image.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', 'preallocation=full', image, '2M']);
  });

  const pack = (program: string, path: string): void =>
    writeFileSync(path, execFileSync(program, ['-c', image], { maxBuffer: 1e9 }));

  const unpacked = async (name: string, compression: Compression): Promise<string> => {
    await claimFile(at('image.out'));
    return unpack(at(name), at('image.out'), compression, 'sha256', LIMIT);
  };

  it('writes into no file that somebody has put in the place of the one that is to be written', async () => {
    pack('xz', at('image.part'));
    await claimFile(at('image.out'));
    rmSync(at('image.out'));
    writeFileSync(at('image.out'), 'a user’s');

    const refusal = await unpack(at('image.part'), at('image.out'), 'xz', 'sha256', LIMIT).catch(String);

    expect(refusal).to.contain("is there, and not this role's; move it away");
    expect(readFileSync(at('image.out'), 'utf8')).to.equal('a user’s');
    rmSync(at('image.out'));
  });

  for (const [compression, program] of Object.entries(PROGRAMS) as [Compression, string][]) {
    it(`of ${compression} gives what was packed, and its digest`, async () => {
      pack(program, at('image.part'));

      expect(await compressionOf(at('image.part'))).to.equal(compression);
      const digest = await unpacked('image.part', compression);

      expect(readFileSync(at('image.out')).equals(readFileSync(image))).to.equal(true);
      expect(digest).to.equal(`sha256:${createHash('sha256').update(readFileSync(image)).digest('hex')}`);
    });

    it(`of a truncated ${compression} is refused`, async () => {
      pack(program, at('image.part'));
      truncateSync(at('image.part'), statSync(at('image.part')).size - 20);

      const refusal = await unpacked('image.part', compression).catch(String);

      expect(refusal).to.contain('it cannot be unpacked: ');
    });
  }

  it('ends when its program takes too long, and the program with it', async () => {
    execFileSync('mkfifo', [at('endless')]);
    limitCommands(0.2);

    const refusal = await unpacked('endless', 'xz').catch(String);

    expect(refusal).to.contain('xz took longer than 0.2 s').and.to.contain(optionName('command_timeout'));
    expect(() => execFileSync('pgrep', ['-f', at('endless')])).to.throw();
  });
  afterEach(() => limitCommands(7200));

  it('is known in advance to need as much as the file tells', async () => {
    const { size } = statSync(image);
    for (const [compression, known] of [
      ['xz', size],
      ['gz', size],
      ['bz2', undefined],
      ['zst', undefined],
    ] as const) {
      pack(PROGRAMS[compression], at('image.part'));
      expect(await unpackedSize(at('image.part'), compression), compression).to.equal(known);
    }
  });

  it('leaves runs of zeros as holes', async () => {
    pack('xz', at('image.part'));

    await unpacked('image.part', 'xz');

    const { size, blocks } = statSync(at('image.out'));
    expect(size).to.equal(statSync(image).size);
    expect(blocks * 512).to.be.lessThan(size / 2);
  });

  it('is not done to an image that is not packed', async () => {
    expect(await compressionOf(image)).to.equal(undefined);
  });
});
