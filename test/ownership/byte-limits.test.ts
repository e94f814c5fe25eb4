import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  answer,
  byPath,
  cutAfter,
  file,
  type Scene,
} from '../../modules-src/http/scripted-server.fixture.ts';
import { useFetchStage } from '../../modules-src/modules/cloud_image_fetch/fetch.fixture.ts';

const MIB = 1024 ** 2;
const PIECE = Buffer.alloc(64 * 1024, 'endless ');

const ZIP = "import zipfile; zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED).write('disk.raw')";

/** Goes on for as long as somebody takes it. */
function sendForEver(response: ServerResponse): void {
  if (!response.destroyed && response.write(PIECE)) setImmediate(() => sendForEver(response));
}

const endless =
  (status = 200, headers: Readonly<Record<string, string>> = {}): Scene =>
  (_, response) => {
    response.writeHead(status, headers);
    response.on('drain', () => sendForEver(response));
    sendForEver(response);
  };

describe('what a server sends', () => {
  const stage = useFetchStage();
  const { image, checksum, start, report, refusal, images } = stage;
  const noted = (names: readonly string[]): readonly string[] => names.filter(name => !/^lost/.test(name));

  it('may be endless: it is cut at the size that is allowed, and nothing of it stays', async () => {
    await start(endless());

    expect(await refusal({ max_size: '2M' })).to.match(
      /cannot fetch http.*noble\.img: it is larger than the 2\.0 MiB that are allowed; raise .*cloud_image_max_size/,
    );
    expect(images()).to.deep.equal([]);
  });

  it('may be announced as too large: then not a byte of it is written', async () => {
    await start(answer(200, { 'Content-Length': String(3 * MIB) }));

    expect(await refusal({ max_size: '2M' })).to.contain(
      'it is 3.0 MiB, more than the 2.0 MiB that are allowed',
    );
    expect(images()).to.deep.equal([]);
  });

  it('may be more than was announced, in the rest of a part', async () => {
    const rest = { ETag: '"v1"', 'Content-Range': `bytes 100000-${image.length - 1}/${image.length}` };
    await start(cutAfter(100_000, image), endless(206, rest));

    expect(await refusal({ checksum })).to.contain('more came than its server had announced');
    expect(images()).to.deep.equal([]);
  });

  it('may come from a mirror instead, when one server never ends', async () => {
    await start(byPath({ '/noble.img': endless(), '/mirror.img': file(image) }));

    const found = await report({ checksum, max_size: '2M', mirrors: [`${stage.server().url}/mirror.img`] });

    expect(found).to.include({ cached: false, checksum });
  });

  for (const [suffix, program] of [
    ['zst', 'zstd'],
    ['bz2', 'bzip2'],
    ['gz', 'gzip'],
    ['xz', 'xz'],
  ] as const) {
    it(`may unpack to a thousand times its size (${program}): it is stopped at the size that is allowed`, async () => {
      const bomb = execFileSync(program, ['-c'], { input: Buffer.alloc(16 * MIB) });
      await start(file(bomb));

      expect(await refusal({ url: `${stage.server().url}/noble.img.${suffix}`, max_size: '2M' })).to.match(
        /cannot fetch http.*: it is (?:larger|16\.0 MiB, more) than the 2\.0 MiB that are allowed/,
      );
      expect(images()).to.deep.equal([]);
    });
  }

  it('may be an archive of what is a thousand times its size: it is stopped at the size that is allowed', async () => {
    const disk = Buffer.alloc(512);
    disk.write('\x55\xaa', 510, 'latin1');
    writeFileSync(join(stage.work, 'disk.raw'), disk);
    truncateSync(join(stage.work, 'disk.raw'), 16 * MIB);
    const inWork = { cwd: stage.work, maxBuffer: 1e9 };
    execFileSync('python3', ['-c', ZIP], inWork);
    for (const bomb of [
      execFileSync('tar', ['-Scf', '-', 'disk.raw'], inWork),
      execFileSync('tar', ['-Sczf', '-', 'disk.raw'], inWork),
      readFileSync(join(stage.work, 'bomb.zip')),
    ]) {
      await start(file(bomb));
      expect(await refusal({ max_size: '2M' })).to.match(
        /cannot fetch http.*: it is larger than the 2\.0 MiB that are allowed/,
      );
      expect(images()).to.deep.equal([]);
      await stage.server().close();
    }
    await start(file(disk));
  });

  it('may be an endless list of checksums, signature or head', async () => {
    const list = (): string => `sha256:${stage.server().url}/SUMS`;
    await start(byPath({ '/noble.img': file(image), '/SUMS': endless() }));
    expect(await refusal({ checksum: list() })).to.contain('it is too large');
    await stage.server().close();

    await start(byPath({ '/noble.img': file(image), '/SUMS': answer(200, {}, 'x'), '/SUMS.asc': endless() }));
    const signature_url = `${stage.server().url}/SUMS.asc`;
    const keyring = '/dev/zero';
    expect(await refusal({ checksum: list(), signature_url, keyring })).to.contain('it is too large');
    await stage.server().close();

    await start(answer(200, { 'X-Long': 'x'.repeat(100_000) }));
    expect(await refusal()).to.contain('Header overflow');
    expect(images()).to.deep.equal([]);
  });

  it('is never waited for at a pipe or device that is named as a keyring', async () => {
    await start(
      byPath({
        '/noble.img': file(image),
        '/SUMS': answer(200, {}, 'x'),
        '/SUMS.asc': answer(200, {}, 'x'),
      }),
    );
    const pipe = join(stage.work, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    const signature_url = `${stage.server().url}/SUMS.asc`;

    for (const keyring of [pipe, '/dev/zero', stage.work])
      expect(
        await refusal({ checksum: `sha256:${stage.server().url}/SUMS`, signature_url, keyring }),
      ).to.contain(`${keyring} is no ordinary file of at most 4 MiB`);
  });

  describe('onto a file system that is small', () => {
    const folder = (): string => join(stage.work, 'small');
    const free = (): number => {
      const { bavail, bsize } = statfsSync(folder());
      return bavail * bsize;
    };
    const names = (): readonly string[] =>
      noted(execFileSync('ls', ['-A', folder()]).toString().split('\n').filter(Boolean));
    before(() => {
      mkdirSync(folder());
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=755', 'small', folder()]);
    });
    after(() => execFileSync('umount', [folder()]));

    it('leaves free what is to stay free, and nothing of what never ended', async () => {
      await start(endless());
      const before = free();

      expect(await refusal({ cache_dir: folder(), reserve: '4M' })).to.match(
        /it does not end within the 1[12]\.\d MiB that .*small has to give; .*cloud_image_reserve/,
      );
      expect({ names: names(), free: free() }).to.deep.equal({ names: [], free: before });
    });

    it('is refused when it is announced as larger than what may be used', async () => {
      await start(answer(200, { 'Content-Length': String(14 * MIB) }));

      expect(await refusal({ cache_dir: folder(), reserve: '4M' })).to.match(
        /not enough space in .*small: 14\.0 MiB are needed and 1[12]\.\d MiB are free beside the 4\.0 MiB that stay free/,
      );
      expect(names()).to.deep.equal([]);
    });

    it('goes when somebody else fills the disk meanwhile', async () => {
      const meanwhile: Scene = (request, response) => {
        writeFileSync(join(folder(), 'mine'), Buffer.alloc(13 * MIB));
        endless()(request, response);
      };
      await start(meanwhile);

      expect(await refusal({ cache_dir: folder() })).to.contain('the file system is full');
      expect(names()).to.deep.equal(['mine']);
    });
  });
});
