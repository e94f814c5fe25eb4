import type { Parameters } from '../cli/command.ts';
import { given, vmidOf } from '../cli/command.ts';
import { loadConfig } from '../config/store.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { prettyJson } from '../runtime/json.ts';
import { askRealAgent } from './boot.ts';
import { pretendAgent } from './pretended-agent.ts';
import { isRunning } from '../running/process.ts';

/** `qm guest cmd`: prints what the agent in the guest answers. */
export async function guestCommand(parameters: Parameters): Promise<void> {
  const command = given(parameters, 'command');
  const result = await askAgent(vmidOf(parameters), command, {});
  const isEmpty = typeof result === 'object' && result !== null && Object.keys(result).length === 0;
  if (typeof result === 'object' && result !== null) {
    if (!isEmpty || Array.isArray(result)) print(prettyJson(result));
  } else if (result !== undefined) print(JSON.stringify(result));
}

/** `qm guest exec`: runs a program in the guest and, unless told otherwise, waits for its end. */
export async function guestExec(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  const [path = '', ...args] = given(parameters, 'extra-args').split('\n');
  const started = await askAgent(vmid, 'exec', { path, arg: args, 'capture-output': true });
  if (parameters.get('synchronous') === '0') {
    print(prettyJson(started));
    return;
  }
  const deadline = Date.now() + Number(parameters.get('timeout') ?? 30) * 1000;
  let status = await askAgent(vmid, 'exec-status', { pid: pidIn(started) });
  while (!hasExited(status) && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 200));
    status = await askAgent(vmid, 'exec-status', { pid: pidIn(started) });
  }
  print(prettyJson(decodeOutput(status)));
}

/** `qm guest exec-status` */
export async function guestExecStatus(parameters: Parameters): Promise<void> {
  const pid = Number(given(parameters, 'pid'));
  print(prettyJson(decodeOutput(await askAgent(vmidOf(parameters), 'exec-status', { pid }))));
}

/** Asks the agent in a guest; fails when there is none to ask. */
export async function askAgent(
  vmid: number,
  command: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { current } = loadConfig(vmid);
  // Only an option that is not there is none: a guest whose agent is switched off is asked, and does not answer.
  if (!current.has('agent')) throw new PveFailure('No QEMU guest agent configured');
  if (!isRunning(vmid)) throw new PveFailure(`VM ${vmid} is not running`);
  return nodeSettings().guests === 'boot'
    ? await askRealAgent(vmid, command, args)
    : pretendAgent(current, vmid, command, args);
}

function pidIn(answer: unknown): number {
  return typeof answer === 'object' && answer !== null && 'pid' in answer ? Number(answer.pid) : 0;
}

function hasExited(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'exited' in answer && Boolean(answer.exited);
}

/** What a program in the guest has written: the agent answers in Base64, PVE shows text. */
export function decodeOutput(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => {
      if (typeof value === 'boolean') return [key, value ? 1 : 0];
      if (key !== 'out-data' && key !== 'err-data') return [key, value as unknown];
      return [key, Buffer.from(String(value), 'base64').toString('utf8')];
    }),
  );
}
