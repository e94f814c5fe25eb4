import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runOrThrow } from '../system/processes.ts';

/** What the `Release` file of a suite says. */
export interface Release {
  readonly suite: string;
  readonly architecture: string;
  readonly components: readonly string[];
  /** Path below the suite, and text. */
  readonly indexes: readonly (readonly [string, string])[];
}

/** A package's paragraph in a `Packages` index. */
export async function packageEntry(file: string, path: string): Promise<string> {
  const control = await runOrThrow(['dpkg-deb', '--field', file]);
  const bytes = readFileSync(file);
  return `${control.trimEnd()}\nFilename: ${path}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`;
}

/** Text of a suite's `Release` file, unsigned. */
export function releaseFile({ suite, architecture, components, indexes }: Release): string {
  const sums = indexes.map(([path, text]) => ` ${sha256(text)} ${Buffer.byteLength(text)} ${path}`);
  return [
    'Origin: Debian',
    `Suite: ${suite}`,
    `Codename: ${suite}`,
    'Date: Thu, 01 Jan 2026 00:00:00 UTC',
    `Architectures: ${architecture}`,
    `Components: ${components.join(' ')}`,
    'SHA256:',
    ...sums,
    '',
  ].join('\n');
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
