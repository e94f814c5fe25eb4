import { expect } from 'chai';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { ownFolder } from './own-folder.fixture.ts';
import { openOwn, privateDirectory } from './own-file.ts';

const SECRET = 'root:$6$…:20000::::::\n';

describe('a file of ours', () => {
  const at = ownFolder();
  let victim = '';
  beforeEach(() => {
    victim = at('shadow');
    writeFileSync(victim, SECRET, { mode: 0o600 });
  });

  const refused = async (path: string): Promise<string> => {
    const file = await openOwn(path).catch(String);
    return typeof file === 'string' ? file : file.close().then(() => 'it was opened');
  };

  it('is made, private, and opened as it is when it is there', async () => {
    await (await openOwn(at('new'))).close();
    expect(statSync(at('new')).mode & 0o777).to.equal(0o600);
    writeFileSync(at('new'), 'what an earlier run left');

    expect(await refused(at('new'))).to.equal('it was opened');
    expect(readFileSync(at('new'), 'utf8')).to.equal('what an earlier run left');
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

describe('a private directory', () => {
  const at = ownFolder();
  beforeEach(() => {
    mkdirSync(at('images'));
  });

  it('is private when only we can enter it, and refused when it was prepared by somebody', async () => {
    await privateDirectory(at('locks'));
    await privateDirectory(at('locks'));
    chmodSync(at('locks'), 0o755);
    symlinkSync(at('images'), at('linked'));

    expect(await privateDirectory(at('locks')).catch(String)).to.contain('that only its owner can enter');
    expect(await privateDirectory(at('linked')).catch(String)).to.contain('that only its owner can enter');
  });
});
