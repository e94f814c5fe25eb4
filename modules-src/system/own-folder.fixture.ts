import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths in a folder that each test of a suite has empty; with `before` and `after` the suite has one. */
export function ownFolder(begin = beforeEach, end = afterEach): (...names: readonly string[]) => string {
  let folder = '';
  begin(() => {
    folder = mkdtempSync(join(tmpdir(), 'test-'));
  });
  end(() => rmSync(folder, { recursive: true }));
  return (...names) => join(folder, ...names);
}
