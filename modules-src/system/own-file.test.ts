import { expect } from 'chai';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmpty, openOwn, privateDirectory, requireOwnDirectory } from './own-file.ts';

const SECRET = 'root:$6$…:20000::::::\n';

describe('a file of ours', () => {
  let directory = '';
  let victim = '';
  const at = (name: string): string => join(directory, name);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'own-'));
    victim = at('shadow');
    writeFileSync(victim, SECRET, { mode: 0o600 });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const refused = async (path: string): Promise<string> => {
    const file = await openEmpty(path).catch(String);
    return typeof file === 'string' ? file : file.close().then(() => 'it was opened');
  };

  it('is made, private, and emptied when it is there', async () => {
    await (await openOwn(at('new'))).close();
    writeFileSync(at('new'), 'what an earlier run left');

    expect(await refused(at('new'))).to.equal('it was opened');
    expect(readFileSync(at('new'), 'utf8')).to.equal('');
  });

  it('is never what a symbolic link leads to, not even a new file', async () => {
    symlinkSync(victim, at('image.part'));
    symlinkSync(at('nowhere'), at('.image.lock'));

    expect(await refused(at('image.part'))).to.contain('it is a symbolic link; remove it');
    expect(await refused(at('.image.lock'))).to.contain('it is a symbolic link; remove it');
    expect(readFileSync(victim, 'utf8')).to.equal(SECRET);
  });

  it('is never another name of some file', async () => {
    linkSync(victim, at('image.part'));

    expect(await refused(at('image.part'))).to.contain('has another name elsewhere');
    expect(readFileSync(victim, 'utf8')).to.equal(SECRET);
  });

  it('is never one of another user, who would go on writing to it', async () => {
    chownSync(victim, 12345, 12345);

    expect(await refused(victim)).to.contain('it belongs to user 12345');
    expect(readFileSync(victim, 'utf8')).to.equal(SECRET);
  });

  it('is no directory', async () => {
    mkdirSync(at('folder'));

    expect(await refused(at('folder'))).to.match(/EISDIR|no ordinary file/);
  });
});

describe('a directory of ours', () => {
  let directory = '';
  const at = (name: string): string => join(directory, name);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'own-'));
    mkdirSync(at('images/iso'), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const verdict = (path: string): Promise<string> =>
    requireOwnDirectory(path).then(
      () => 'good',
      (error: unknown) => String(error),
    );

  const spoilGroup = (path: string): void => {
    chownSync(path, 0, 12345);
    chmodSync(path, 0o775);
  };

  it('is one where nobody else can exchange a file', async () => {
    expect(await verdict(at('images/iso'))).to.equal('good');
    chmodSync(at('images/iso'), 0o775);
    expect(await verdict(at('images/iso')), 'the group of root').to.equal('good');
    symlinkSync(at('images'), at('link'));
    expect(await verdict(at('link/iso'))).to.equal('good');
  });

  for (const [title, spoil, why] of [
    ['that everybody may write to', () => chmodSync(at('images/iso'), 0o777), 'may be written to by others'],
    ['that is sticky but open', () => chmodSync(at('images/iso'), 0o1777), 'may be written to by others'],
    ['of a group', () => spoilGroup(at('images/iso')), 'may be written to by others'],
    ['of another user', () => chownSync(at('images/iso'), 12345, 0), 'belongs to user 12345'],
    ['below one of another user', () => chownSync(at('images'), 12345, 0), 'belongs to user 12345'],
    ['below one that is open', () => chmodSync(at('images'), 0o777), 'may be written to by others'],
  ] as const) {
    it(`is none ${title}`, async () => {
      spoil();

      expect(await verdict(at('images/iso')))
        .to.contain(why)
        .and.to.contain('chown root:root');
    });
  }

  it('is none behind a link that leads to one of another user', async () => {
    chownSync(at('images/iso'), 12345, 0);
    symlinkSync(at('images/iso'), at('cache'));

    expect(await verdict(at('cache'))).to.contain('belongs to user 12345');
  });

  it('is private when only we can enter it, and refused when it was prepared by somebody', async () => {
    await privateDirectory(at('locks'));
    await privateDirectory(at('locks'));
    chmodSync(at('locks'), 0o755);
    symlinkSync(at('images'), at('linked'));

    expect(await privateDirectory(at('locks')).catch(String)).to.contain('that only root can enter');
    expect(await privateDirectory(at('linked')).catch(String)).to.contain('that only root can enter');
  });
});
