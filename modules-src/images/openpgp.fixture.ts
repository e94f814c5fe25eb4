import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes keys and signatures with GnuPG, in a home of its own. */
export interface KeyMaker {
  /** Makes a key; answers its fingerprint. */
  makeKey(name: string, options?: KeyOptions): string;
  revoke(fingerprint: string): void;
  /** Public keys of those fingerprints. */
  publicKeys(fingerprints: readonly string[], armour?: boolean): Buffer;
  sign(fingerprint: string, content: string | Buffer, options?: SignOptions): Buffer;
  remove(): void;
}

interface KeyOptions {
  readonly made?: string;
  readonly expires?: string;
  /** As GnuPG names it, such as `rsa2048`. */
  readonly kind?: string;
}

interface SignOptions {
  readonly kind?: '--detach-sign' | '--clear-sign';
  readonly armour?: boolean;
  /** When the signature is made, such as `20200601T000000`. */
  readonly at?: string;
  readonly expires?: string;
  readonly digest?: string;
}

export function startKeyMaker(): KeyMaker {
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  const gpg = (args: readonly string[], input = ''): Buffer =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], {
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  const at = (time: string | undefined): string[] =>
    time === undefined ? [] : ['--faked-system-time', time];
  return {
    makeKey: (name, { made, expires = 'never', kind = 'ed25519' } = {}) => {
      const user = `${name} <${name}@example.test>`;
      const secret = ['--pinentry-mode', 'loopback', '--passphrase', ''];
      gpg([...at(made), ...secret, '--quick-gen-key', user, kind, 'sign', expires]);
      const listed = gpg(['--with-colons', '--list-keys', user]).toString();
      return /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
    },
    revoke: fingerprint => {
      const folder = join(home, 'openpgp-revocs.d');
      const file = readdirSync(folder).find(name => name.startsWith(fingerprint)) ?? '';
      gpg(['--import'], readFileSync(join(folder, file), 'utf8').replace(/^:---/m, '---'));
    },
    publicKeys: (fingerprints, armour = false) =>
      gpg([...(armour ? ['--armor'] : []), '--export', ...fingerprints]),
    sign: (
      fingerprint,
      content,
      { kind = '--detach-sign', armour = true, at: time, expires, digest } = {},
    ) => {
      const file = join(home, 'signed.txt');
      writeFileSync(file, content);
      const limits = expires === undefined ? [] : ['--default-sig-expire', expires];
      return gpg([
        ...at(time),
        ...limits,
        ...(digest === undefined ? [] : ['--digest-algo', digest]),
        ...(armour ? ['--armor'] : []),
        '-u',
        fingerprint,
        '-o',
        '-',
        kind,
        file,
      ]);
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
