import { ParameterFailure } from '../runtime/failure.ts';

/** What may be fetched or sent into a storage. */
export const CONTENTS = ['iso', 'vztmpl', 'import'];

const NAMES: Readonly<Record<string, { readonly pattern: RegExp; readonly problem: string }>> = {
  import: { pattern: /^.+\.(qcow2|raw|vmdk|ova)$/, problem: 'invalid filename or wrong extension' },
  iso: { pattern: /^.+\.(iso|img)$/i, problem: 'wrong file extension' },
  vztmpl: { pattern: /^.+\.tar\.(gz|xz|zst|bz2)$/, problem: 'wrong file extension' },
};

/** A name as PVE keeps it: without directories, and with `_` for what is not plain. */
export function storedName(name: string): string {
  return name.replace(/^.*[/\\]/s, '').replace(/[^-a-zA-Z0-9_.]/gu, '_');
}

/** Fails unless the name says that it holds such content. */
export function assertNameFits(content: string, name: string): void {
  const rule = NAMES[content];
  if (rule && !rule.pattern.test(name))
    throw new ParameterFailure([{ parameter: 'filename', problem: rule.problem }]);
}
