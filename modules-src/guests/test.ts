import { NO_SIGNS } from '../pve/vms/guest-signs.ts';
import type { Readings } from '../sdk/cluster.ts';
import type { GuestSigns, ProgramEnd, TestOutcome } from '../sdk/readings.ts';
import { StepError } from '../sdk/step-error.ts';
import type { TestGuestAction } from '../sdk/step.ts';
import { throwIfInterrupted } from '../system/interrupt.ts';
import { pause } from '../system/pause.ts';
import { waitForSign } from './wait.ts';

/** A guest that can be started, looked at, and worked in by its agent. */
export type Guest = Pick<Readings, 'readSigns' | 'isRunning'> & {
  readonly start: (vmid: number) => Promise<void>;
  /** Undefined where it did not end in time, or its agent runs no programs. */
  readonly runProgram: (
    vmid: number,
    argv: readonly string[],
    seconds: number,
  ) => Promise<ProgramEnd | undefined>;
};

/** Does some work while it is heard what the guest, which runs, prints on its console. */
type Listen = <T>(work: (console: () => string) => Promise<T>) => Promise<T>;

let outcome: TestOutcome | undefined;

/** Of this process, which tests one guest. */
export const readTestOutcome: Readings['readTestOutcome'] = () => Promise.resolve(outcome);

/** Whether the guest can be started and comes up well is what is found, and no failure of having looked. */
export async function testGuest(action: TestGuestAction, guest: Guest, listen: Listen): Promise<void> {
  const end = Date.now() + action.timeoutSeconds * 1000;
  const failure =
    (await startFlaw(action, guest, end)) ?? (await listen(console => flawOf(action, guest, end, console)));
  outcome = { failure };
}

/** One that runs is that of a run which was killed. What is known to pass, such as a lock, is waited for. */
async function startFlaw(
  { vmid }: TestGuestAction,
  { isRunning, start }: Guest,
  end: number,
): Promise<string | undefined> {
  while (!(await isRunning(vmid))) {
    try {
      await start(vmid);
      return undefined;
    } catch (error) {
      throwIfInterrupted();
      if (!isFinding(error)) throw error;
      if (!error.transient || Date.now() >= end) return `its clone cannot be started: ${error.message}`;
    }
    await pause(Math.min(1, Math.max(0, (end - Date.now()) / 1000)));
  }
  return undefined;
}

/** That nobody was asked says nothing of the guest. */
const isFinding = (error: unknown): error is StepError => error instanceof StepError && !error.isUnheard;

async function flawOf(
  action: TestGuestAction,
  guest: Guest,
  end: number,
  console: () => string,
): Promise<string | undefined> {
  const signs = await signsOf(action, guest, console);
  if (typeof signs === 'string') return signs;
  const flaw =
    (action.sign === 'cloud-init' ? cloudInitFlaw(signs) : undefined) ??
    (await commandFlaw(action, guest, end));
  if (flaw === undefined) return undefined;
  // Units fail after cloud-init has noted why.
  const later = await lookOnce(action.vmid, guest);
  return [flaw, ...troubles(later.cloudInit === undefined ? signs : later), console()].join('; ');
}

/** What it showed when it was up, or why it is not. */
async function signsOf(
  { vmid, sign, timeoutSeconds }: TestGuestAction,
  guest: Guest,
  console: () => string,
): Promise<GuestSigns | string> {
  try {
    const wait = { kind: 'wait-guest', vmid, sign, addresses: [], timeoutSeconds } as const;
    return await waitForSign(wait, guest, console);
  } catch (error) {
    if (!isFinding(error)) throw error;
    return [error.message, ...troubles(await lookOnce(vmid, guest))].join('; ');
  }
}

const lookOnce = async (vmid: number, { isRunning, readSigns }: Guest): Promise<GuestSigns> =>
  (await isRunning(vmid)) ? readSigns(vmid, { status: true }) : NO_SIGNS;

/** `degraded` is a run with warnings, such as those of what will be spelt otherwise some day: it did all it was told. */
const cloudInitFlaw = ({ cloudInit }: GuestSigns): string | undefined =>
  cloudInit !== undefined && /^(?:done|degraded)/.test(cloudInit.status)
    ? undefined
    : `cloud-init ended with "${cloudInit?.status ?? 'nothing'}"`;

async function commandFlaw(
  { vmid, commands }: TestGuestAction,
  { runProgram }: Guest,
  end: number,
): Promise<string | undefined> {
  for (const command of commands) {
    const seconds = (end - Date.now()) / 1000;
    const ended = seconds > 0 ? await runProgram(vmid, ['/bin/sh', '-c', command], seconds) : undefined;
    if (ended === undefined)
      return `\`${command}\` did not end in time, or the guest agent lets no programs run (guest-exec)`;
    if (ended.exitCode !== 0) return `\`${command}\` ended with ${ended.exitCode}${said(ended)}`;
  }
  return undefined;
}

const LINES = 5;

function said({ output }: ProgramEnd): string {
  const lines = output.split('\n').filter(line => line.trim() !== '');
  return lines.length === 0 ? ' and said nothing' : `: ${lines.slice(-LINES).join(' | ')}`;
}

/** What else the guest tells of its troubles. */
const troubles = ({ cloudInit, failedUnits = [] }: GuestSigns): readonly string[] => [
  ...(/^error/.test(cloudInit?.status ?? '')
    ? [`errors of cloud-init: ${cloudInit?.detail || 'none told'}`]
    : []),
  ...(failedUnits.length > 0 ? [`units that failed: ${failedUnits.join(', ')}`] : []),
];
