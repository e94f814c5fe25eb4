import { expect } from 'chai';
import { UserError } from '../../sdk/error.ts';
import { crypt } from '../../system/crypt.ts';
import { passwordHash as hash } from './password.ts';

const passwordHash = (password: string, stored: string | undefined): Promise<string> =>
  hash(password, stored, { node: 'pve01', crypt });

const failure = async (password: string): Promise<unknown> =>
  passwordHash(password, undefined).catch((error: unknown) => error);

describe('the hash of a password', () => {
  it('is a SHA-256 crypt with a salt of its own', async () => {
    const [one, other] = await Promise.all([
      passwordHash('secret', undefined),
      passwordHash('secret', undefined),
    ]);

    expect(one).to.match(/^\$5\$[0-9a-f]{12}\$[./0-9A-Za-z]{43}$/);
    expect(one).to.not.equal(other);
  });

  it('stays the stored one while the password is the same, so that nothing changes', async () => {
    const stored = await passwordHash('secret', undefined);

    expect(await passwordHash('secret', stored)).to.equal(stored);
    expect(await passwordHash('other', stored)).to.not.equal(stored);
  });

  it('is made anew where the stored one is none', async () => {
    expect(await passwordHash('secret', 'secret')).to.match(/^\$5\$/);
    expect(await passwordHash('secret', '$5$')).to.match(/^\$5\$/);
  });

  for (const given of ['$1$salt$abc', '$5$salt$abc', '$6$salt$abc', '$2a$10$abc', '$2y$10$abc']) {
    it(`is what was given, when that is one: ${given}`, async () =>
      expect(await passwordHash(given, undefined)).to.equal(given));
  }

  it('of yescrypt is refused, because PVE would hash it again', async () => {
    expect(await failure('$y$j9T$abc$def'))
      .to.be.instanceOf(UserError)
      .with.property('message')
      .that.contains('nobody could log in');
  });

  for (const password of ['two\nlines', 'trailing\n', 'a\rb', '$6$salt$hash\n']) {
    it(`is refused for ${JSON.stringify(password)}, whose end would be lost`, async () =>
      expect(await failure(password))
        .to.be.instanceOf(UserError)
        .with.property('message')
        .that.does.not.contain(password));
  }

  for (const password of [' spaced ', '-x', '$(reboot)', 'ä€😀', "it's", '%s\\n']) {
    it(`is of exactly what was typed: ${password}`, async () => {
      const stored = await passwordHash(password, undefined);

      expect(await passwordHash(password, stored)).to.equal(stored);
      expect((await passwordHash(password.trim(), stored)) === stored).to.equal(password.trim() === password);
    });
  }
});
