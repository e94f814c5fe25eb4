import { spawn } from 'node:child_process';

/** Runs a program to its end; a failure is an error with what it said on standard error. */
export function runProgram(argv: readonly string[], argv0?: string): Promise<void> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(argv0 === undefined ? {} : { argv0 }),
    });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    child.on('error', reject);
    // Not `close`: a program that goes on in the background may keep standard error open.
    child.on('exit', code => {
      child.stderr.destroy();
      if (code === 0) resolve();
      else reject(new Error(`${program} failed: ${said.trim() || `exit code ${code ?? 'none'}`}`));
    });
  });
}
