import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs';
import { ownFolder } from './own-folder.fixture.ts';
import { requireUnexposed } from './exposure.ts';

describe('a directory of ours', () => {
  const at = ownFolder();
  beforeEach(() => {
    mkdirSync(at('images/iso'), { recursive: true });
  });

  const verdict = (path: string): Promise<string> =>
    requireUnexposed(path).then(
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

  it('is none behind a link of another user, who could make it lead elsewhere', async () => {
    symlinkSync(at('images/iso'), at('cache'));
    lchownSync(at('cache'), 12345, 12345);

    expect(await verdict(at('cache')))
      .to.contain('is a link of user 12345')
      .and.to.contain('chown -h root:root');
    symlinkSync(at('cache'), at('again'));
    expect(await verdict(at('again'))).to.contain('is a link of user 12345');
    expect(await verdict(at('images/../cache/.'))).to.contain('is a link of user 12345');
  });

  it('is none behind a link in a directory of another user, wherever it leads', async () => {
    mkdirSync(at('theirs'));
    symlinkSync(at('images/iso'), at('theirs/cache'));
    chownSync(at('theirs'), 12345, 12345);

    expect(await verdict(at('theirs/cache'))).to.contain('theirs belongs to user 12345');
    symlinkSync(at('theirs/cache'), at('cache'));
    expect(await verdict(at('cache'))).to.contain('theirs belongs to user 12345');
    symlinkSync('theirs/cache', at('relative'));
    expect(await verdict(at('relative'))).to.contain('theirs belongs to user 12345');
  });

  it('is none below one of another user, before it is made', async () => {
    chownSync(at('images'), 12345, 12345);

    expect(await verdict(at('images/new/cache'))).to.contain('images belongs to user 12345');
  });

  it('is none that an access control list opens to others', async () => {
    grant(at('images/iso'), 12345);

    expect(await verdict(at('images/iso'))).to.contain('has an access control list');
  });

  /** What setfacl writes for `user:ID:rwx`: version 2, then tag, rights and id of each entry (linux/posix_acl_xattr.h). */
  function grant(path: string, user: number): void {
    const entries = [
      [1, 7, 0xffffffff],
      [2, 7, user],
      [4, 5, 0xffffffff],
      [16, 7, 0xffffffff],
      [32, 5, 0xffffffff],
    ];
    const program = [
      'import os, struct, sys',
      `entries = ${JSON.stringify(entries)}`,
      "value = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *entry) for entry in entries)",
      "os.setxattr(sys.argv[1], 'system.posix_acl_access', value)",
    ];
    execFileSync('python3', ['-c', program.join('\n'), path]);
  }

  it('is none where links lead in a circle', async () => {
    symlinkSync(at('b'), at('a'));
    symlinkSync(at('a'), at('b'));

    expect(await verdict(at('a'))).to.contain('in a circle');
  });

  it('is none behind a link that leads to one of another user', async () => {
    chownSync(at('images/iso'), 12345, 0);
    symlinkSync(at('images/iso'), at('cache'));

    expect(await verdict(at('cache'))).to.contain('belongs to user 12345');
  });
});
