import { execa } from 'execa';
import { root } from './modules.ts';

/** Everything that can be checked without running the product; each check prints what it found wrong. */
const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  // The compiler's errors, the rules of typescript-eslint and the format of prettier, in a tenth of their time.
  ['types and lint', ['oxlint']],
  ['format', ['oxfmt', '--check']],
  ['walls', ['tsx', 'build/walls.ts']],
  ['nothing unused', ['knip', '--no-progress']],
  ['generated files', ['tsx', 'build/generate.ts', '--check']],
  ['yamllint', ['.venv/bin/yamllint', '--strict', 'role', 'molecule', 'examples', 'acceptance']],
  ['ansible-lint', ['.venv/bin/ansible-lint', '--offline', '--profile', 'production', 'role/proxmox']],
];

/** All at once, each told of when it ends. */
const outcomes = await Promise.all(
  CHECKS.map(async ([name, [program = '', ...args]]) => {
    const { failed, all } = await execa(program, args, {
      cwd: root,
      all: true,
      reject: false,
      preferLocal: true,
      env: { PATH: `${root}.venv/bin:${process.env['PATH'] ?? ''}` },
    });
    console.log(failed ? `FAIL ${name}\n${all}` : `ok   ${name}`);
    return { name, failed };
  }),
);
const broken = outcomes.filter(({ failed }) => failed).map(({ name }) => name);
if (broken.length > 0) console.error(`check failed: ${broken.join(', ')}`);
process.exitCode = broken.length > 0 ? 1 : 0;
