import type { Parameters } from '../cli/command.ts';
import { isSet, vmidOf } from '../cli/command.ts';
import { updateCloudInitDrive } from '../cloudinit/drive-image.ts';
import { assertUnlocked, loadConfig } from '../config/store.ts';
import { isTemplate } from '../config/sections.ts';
import { assertOnThisNode } from '../config/cluster.ts';
import { messageOf, PveFailure } from '../runtime/failure.ts';
import { withVmLock } from '../runtime/lock.ts';
import { complain, print } from '../runtime/output.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { runTask } from '../tasks/start.ts';
import type { TaskResult } from '../tasks/start.ts';
import { endTask } from '../tasks/end.ts';
import { runningTasks } from '../tasks/log.ts';
import { isOnIn, numberIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import { applyPending } from '../settings/pending.ts';
import { runHookScript } from '../settings/hook-script.ts';
import { hasOperatingSystem } from './operating-system.ts';
import { startGuestOf } from './start.ts';
import { assertStartable } from './startable.ts';
import { markPaused, unmarkPaused } from '../running/paused.ts';
import { assertRunning, isRunning, pidOf, waitForEnd } from '../running/process.ts';
import { qmp } from '../running/qmp.ts';

const SHUTDOWN_SECONDS = 60;
const STOP_SECONDS = 10;

/** Sends the power commands to a worker each. */
export function powerTask(
  kind: `qm${'start' | 'stop' | 'shutdown' | 'reboot' | 'reset' | 'pause' | 'resume'}`,
  parameters: Parameters,
): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  return runTask({
    kind,
    id: String(vmid),
    payload: {
      vmid,
      skipLock: isSet(parameters, 'skiplock'),
      timeout: Number(parameters.get('timeout') ?? SHUTDOWN_SECONDS),
      forceStop: isSet(parameters, 'forceStop'),
      overrule: isSet(parameters, 'overrule-shutdown'),
    },
  });
}

/** `qm shutdown` of a VM that does not run says so and is content. */
export async function shutdownVm(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  try {
    assertOnThisNode(vmid);
  } catch (error) {
    // The real command says it twice: once while it looks whether the VM runs, once when it gives up.
    complain(`${messageOf(error)}\n`);
    throw error;
  }
  if (isRunning(vmid)) await powerTask('qmshutdown', parameters);
  else complain(`VM ${vmid} not running\n`);
}

/** `qm reset`: as pressing the button on the case. */
export function resetVm(parameters: Parameters): Promise<TaskResult> {
  assertRunningUnlocked(parameters);
  return powerTask('qmreset', parameters);
}

/** `qm suspend`: the guest stands still, its process stays. */
export function suspendVm(parameters: Parameters): Promise<TaskResult> {
  assertRunningUnlocked(parameters);
  return powerTask('qmpause', parameters);
}

function assertRunningUnlocked(parameters: Parameters): void {
  const vmid = vmidOf(parameters);
  const config = loadConfig(vmid);
  assertRunning(vmid);
  assertUnlocked(config, isSet(parameters, 'skiplock'));
}

/** `qm reboot` of a VM that does not run says so twice, as the real one does. */
export async function rebootVm(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  loadConfig(vmid);
  try {
    assertRunning(vmid);
  } catch (error) {
    complain(`${messageOf(error)}\n`);
    throw error;
  }
  return powerTask('qmreboot', parameters);
}

/** `qm resume`: the guest goes on. */
export function resumeVm(parameters: Parameters): Promise<TaskResult> {
  const vmid = vmidOf(parameters);
  loadConfig(vmid);
  assertRunning(vmid);
  return powerTask('qmresume', parameters);
}

export async function resetTask(payload: TaskPayload): Promise<void> {
  if (nodeSettings().guests === 'boot') await qmp(numberIn(payload, 'vmid'), 'system_reset');
}

export async function pauseTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  if (nodeSettings().guests === 'boot') await qmp(vmid, 'stop');
  markPaused(vmid);
}

export async function resumeTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  if (nodeSettings().guests === 'boot') await qmp(vmid, 'cont');
  unmarkPaused(vmid);
}

/** `qm wait`: returns when the VM does not run. */
export async function waitForVm(parameters: Parameters): Promise<void> {
  const vmid = vmidOf(parameters);
  assertOnThisNode(vmid);
  const seconds = Number(parameters.get('timeout') ?? Infinity);
  if (!(await waitForEnd(vmid, seconds))) throw new PveFailure('timeout reached - VM still running');
}

/** Starts a VM with all that waited for it, its cloud-init drive made anew. */
export function startVm(vmid: number, { skipLock }: { readonly skipLock: boolean }): Promise<void> {
  return withVmLock(vmid, async () => {
    const config = loadConfig(vmid);
    if (isTemplate(config)) throw new PveFailure("you can't start a vm if it's a template");
    assertUnlocked(config, skipLock);
    if (isRunning(vmid)) throw new PveFailure(`VM ${vmid} already running`);
    await applyPending(vmid, config);
    await updateCloudInitDrive(vmid, config.current);
    runHookScript(vmid, config.current, 'pre-start');
    assertStartable(config.current);
    await startGuestOf(vmid, config.current);
    runHookScript(vmid, config.current, 'post-start');
  });
}

export function startTask(payload: TaskPayload): Promise<void> {
  return startVm(numberIn(payload, 'vmid'), { skipLock: isOnIn(payload, 'skipLock') });
}

/** Stops a VM at once; one that does not run is fine. */
export async function stopTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  if (isOnIn(payload, 'overrule')) await overruleShutdowns(vmid);
  await withVmLock(vmid, async () => {
    assertOnThisNode(vmid);
    if (!isRunning(vmid)) return;
    const config = loadConfig(vmid);
    assertUnlocked(config, isOnIn(payload, 'skipLock'));
    runHookScript(vmid, config.current, 'pre-stop');
    await terminate(vmid);
  });
}

async function overruleShutdowns(vmid: number): Promise<void> {
  const overruled = runningTasks().filter(({ type, id }) => type === 'qmshutdown' && id === String(vmid));
  for (const task of overruled) await endTask(task);
  if (overruled.length > 0)
    print(`overruled qmshutdown tasks: ${overruled.map(({ upid }) => upid).join(', ')}`);
}

/** Asks the guest to shut down and waits; `forceStop` ends it when the time is over. */
export function shutdownTask(payload: TaskPayload): Promise<void> {
  const vmid = numberIn(payload, 'vmid');
  return withVmLock(vmid, () => shutDown(vmid, numberIn(payload, 'timeout'), isOnIn(payload, 'forceStop')));
}

export async function rebootTask(payload: TaskPayload): Promise<void> {
  assertRunning(numberIn(payload, 'vmid'));
  await shutdownTask(payload);
  await startVm(numberIn(payload, 'vmid'), { skipLock: false });
}

async function shutDown(vmid: number, seconds: number, force: boolean): Promise<void> {
  runHookScript(vmid, loadConfig(vmid).current, 'pre-stop');
  await pressPowerButton(vmid);
  if (await waitForEnd(vmid, seconds)) return afterStop(vmid);
  if (!force) throw new PveFailure('VM quit/powerdown failed - got timeout');
  print('VM still running - terminating now with SIGTERM');
  await terminate(vmid);
}

async function pressPowerButton(vmid: number): Promise<void> {
  if (nodeSettings().guests === 'boot') await qmp(vmid, 'system_powerdown');
  else if (hasOperatingSystem(loadConfig(vmid).current)) signal(vmid, 'SIGTERM');
}

async function terminate(vmid: number): Promise<void> {
  if (!isRunning(vmid)) return;
  signal(vmid, 'SIGTERM');
  if (!(await waitForEnd(vmid, STOP_SECONDS))) {
    signal(vmid, 'SIGKILL');
    await waitForEnd(vmid, STOP_SECONDS);
  }
  await afterStop(vmid);
}

// What waited for a restart is applied as soon as the guest is gone.
async function afterStop(vmid: number): Promise<void> {
  await applyPending(vmid, loadConfig(vmid));
}

function signal(vmid: number, name: NodeJS.Signals): void {
  const pid = pidOf(vmid);
  if (pid !== undefined) process.kill(pid, name);
}
