import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { root } from '../modules.ts';
import { linesOf, paced, type Chunk } from './screen.ts';
import { screen, svgOf } from './svg.ts';

/** Runs `npm start` with the options that are given, in a terminal, and writes docs/demo.svg, which shows what it printed. */
const LONGEST_WAIT = 1;
const SHORTEST_WAIT = 0.06;
const options = process.argv.slice(2);
const command = ['npm start', ...(options.length > 0 ? ['--', ...options] : [])].join(' ');

const chunks: Chunk[] = [{ at: 0, text: `$ ${command}\n` }];
const began = performance.now();
const elapsed = (): number => (performance.now() - began) / 1000;
const size = `stty cols ${screen.columns} rows ${screen.rows}`;
// util-linux's script gives the program a terminal, so that it prints as it does for people.
const program = spawn('script', ['-qefc', `${size}; ${command}`, '/dev/null'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  // What npm thinks of the settings of this machine is of no interest.
  env: { ...process.env, npm_config_loglevel: 'error' },
});
program.stdout.setEncoding('utf8').on('data', (text: string) => {
  chunks.push({ at: elapsed(), text });
  process.stdout.write(text);
});
const [code] = (await once(program, 'close')) as [number];
if (code !== 0) throw new Error(`${command} ended with ${code}; nothing was recorded`);
const lines = linesOf(chunks, screen.columns);
const title = `${command}: ${Math.round(elapsed())} s, waits shortened`;
await writeFile(`${root}docs/demo.svg`, svgOf(paced(lines, LONGEST_WAIT, SHORTEST_WAIT), title));
