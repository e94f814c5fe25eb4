import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { root } from '../modules.ts';
import { linesOf, paced, type Chunk } from './screen.ts';
import { screen, svgOf } from './svg.ts';

/**
 * `npm run demo:record` records what `npm start` prints, with the options that are given, as docs/demo.svg; with the name of one
 * of the scenes, what that shows, as docs/recordings/NAME.svg.
 */
const LONGEST_WAIT = 1;
const SHORTEST_WAIT = 0.06;
/** What a scene prints before it begins. */
const BEGIN = '\f';

interface Recording {
  readonly command: string;
  /** What the first line shows; absent: the scene says it. */
  readonly prompt?: string;
  readonly title: string;
  readonly file: string;
}

const args = process.argv.slice(2);
const name = args.find(arg => /^[a-z]/.test(arg));
const { command, prompt, title, file } = name === undefined ? demo(args) : scene(name);

const chunks: Chunk[] = prompt === undefined ? [] : [{ at: 0, text: `$ ${prompt}\n` }];
let began = performance.now();
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
  process.stdout.write(text);
  const [before = '', after] = text.split(BEGIN);
  if (after === undefined) {
    chunks.push({ at: elapsed(), text: before });
    return;
  }
  began = performance.now();
  chunks.splice(0, chunks.length, { at: 0, text: after });
});
const [code] = (await once(program, 'close')) as [number];
if (code !== 0) throw new Error(`${command} ended with ${code}; nothing was recorded`);
const lines = linesOf(chunks, screen.columns);
const about = `${title}: ${Math.round(elapsed())} s, waits shortened`;
await mkdir(dirname(`${root}docs/${file}`), { recursive: true });
await writeFile(`${root}docs/${file}`, svgOf(paced(lines, LONGEST_WAIT, SHORTEST_WAIT), about));

function demo(options: readonly string[]): Recording {
  const shown = ['npm start', ...(options.length > 0 ? ['--', ...options] : [])].join(' ');
  return { command: shown, prompt: shown, title: shown, file: 'demo.svg' };
}

function scene(name: string): Recording {
  return {
    command: `build/recording/scenes/${name}.sh`,
    title: `${name}, on a test node`,
    file: `recordings/${name}.svg`,
  };
}
