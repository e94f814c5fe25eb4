import { execa } from 'execa';
import { root } from './modules.ts';

/** Everything that can be checked without running the product; each check prints what it found wrong. */
const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '--noEmit']],
  ['lint', ['eslint', '.']],
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['generated files', ['tsx', 'build/generate.ts', '--check']],
  ['yamllint', ['.venv/bin/yamllint', '--strict', 'role', 'molecule', 'examples']],
  ['ansible-lint', ['.venv/bin/ansible-lint', '--offline', '--profile', 'production', 'role/proxmox']],
];

// All at once, each told of when those before it are done.
const runs = CHECKS.map(([name, [program = '', ...args]]) => {
  const run = execa(program, args, {
    cwd: root,
    all: true,
    reject: false,
    preferLocal: true,
    env: { PATH: `${root}.venv/bin:${process.env['PATH'] ?? ''}` },
  });
  return { name, run };
});

const failed: string[] = [];
for (const { name, run } of runs) {
  const { failed: broken, all } = await run;
  console.log(`${broken ? 'FAIL' : 'ok  '} ${name}`);
  if (broken) {
    console.log(all);
    failed.push(name);
  }
}
if (failed.length > 0) console.error(`check failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
