import { isClusterMounted } from '../config/cluster.ts';
import { burn } from '../runtime/call-cost.ts';
import { logCommand } from '../runtime/command-log.ts';
import { complain } from '../runtime/output.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { TASK_ARGUMENT } from '../tasks/start.ts';
import { workAsTask } from '../tasks/work.ts';
import { withFault } from './with-fault.ts';
import type { Tasks } from '../tasks/work.ts';

const CONNECTION_REFUSED = 111;

/** What a PVE program is made of. */
export interface ProgramParts {
  readonly name: string;
  readonly tasks: Tasks;
  /** Whether the setting `callCost` applies; what `qm` costs is burned where its Perl module is loaded (perl/qm.pm). */
  readonly isCostly: boolean;
  readonly execute: (argv: readonly string[]) => Promise<number>;
}

/** Runs a program of the node from start to exit code, and logs the call. */
export async function runProgram({ name, tasks, isCostly, execute }: ProgramParts): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv[0] === TASK_ARGUMENT) return workAsTask(tasks, argv.slice(1));

  const start = Date.now();
  const isPreloaded = takeFromEnvironment('TESTNODE_PRELOADED') !== undefined;
  if (isCostly) burn(nodeSettings().callCost);
  process.exitCode = refuseToStart() ?? (await withFault([name, ...argv], () => execute(argv)));
  logCommand({
    time: new Date(start).toISOString(),
    argv: [name, ...argv],
    rc: process.exitCode,
    ms: Date.now() - start,
    ...(isPreloaded && { isPreloaded }),
  });
}

// Nothing that the program starts is to have it.
function takeFromEnvironment(name: string): string | undefined {
  const value = process.env[name];
  Reflect.deleteProperty(process.env, name);
  return value;
}

// Without the cluster file system, and for anybody but root, no PVE program gets further than its first question.
function refuseToStart(): number | undefined {
  if (process.getuid?.() !== 0) return refuse('Unknown error -1', 255);
  if (!isClusterMounted()) return refuse('Connection refused', CONNECTION_REFUSED);
  return undefined;
}

function refuse(reason: string, exitCode: number): number {
  for (const attempt of [1, 2, 3]) complain(`ipcc_send_rec[${attempt}] failed: ${reason}`);
  complain(`Unable to load access control list: ${reason}`);
  return exitCode;
}
