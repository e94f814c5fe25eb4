import { spawnSync } from 'node:child_process';

const UV = '.cache/uv';

/** Where what a Python environment holds is listed: `requirements.in` beside `requirements.txt`. */
const FOLDERS = ['.', 'testnode/clients'];

const OPTIONS = [
  '--quiet',
  '--universal',
  ...['--python-version', '3.11'],
  '--generate-hashes',
  '--no-annotate',
  ...['--custom-compile-command', 'npm run requirements'],
];

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('python3', ['-m', 'venv', UV]);
run(`${UV}/bin/pip`, ['install', '--quiet', 'uv==0.13.9']);
for (const folder of FOLDERS)
  run(`${UV}/bin/uv`, [
    'pip',
    'compile',
    ...OPTIONS,
    ...['--output-file', `${folder}/requirements.txt`],
    `${folder}/requirements.in`,
  ]);
