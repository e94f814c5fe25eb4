import { readFileSync } from 'node:fs';
import type { Json } from './json.ts';
import type { ContentFile, RawHttpStep, CompactLine } from './repeats.ts';
import { fillIn } from './repeats.ts';
import { toStep, toVolume } from '../transcript.ts';
import type { RecordedVolume, Step, StepName } from '../transcript.ts';

/** What a call answered; without a status the server closed the connection before it answered. */
export interface Answer {
  readonly status: number | undefined;
  readonly reason: string;
  /** The body: parsed where it is JSON. */
  readonly body: Json;
}

/** What is looked at after a call; what the recorder did not look at is absent. */
export interface Traces {
  /** How the task ended that the call started. */
  readonly exitStatus: string | undefined;
  readonly configs: Readonly<Record<string, string | null>> | undefined;
  readonly volumes: readonly RecordedVolume[] | undefined;
  readonly content: readonly ContentFile[] | undefined;
}

/** One recorded call. */
export interface CallStep extends StepName {
  readonly kind: 'call';
  readonly method: string;
  /** As sent, with the query. */
  readonly path: string;
  readonly auth: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly body: Json | undefined;
  readonly note: string;
  readonly answer: Answer;
  readonly traces: Traces;
}

/** A shell step in the node. */
export interface ShellStep {
  readonly kind: 'shell';
  readonly step: Step;
  /** Whether the recorder looked at the disk volumes after it. */
  readonly looksAtVolumes: boolean;
}

/** Raw bytes on one connection: sent again for what they leave behind, but not compared. */
export interface WireStep {
  readonly kind: 'wire';
  readonly request: string;
}

export type HttpStep = CallStep | ShellStep | WireStep;

/** Reads a transcript of either kind: one JSON object per line, as transcripts/README.md describes. */
export function readLines(file: string): readonly RawHttpStep[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '');
  return fillIn(lines.map(line => JSON.parse(line) as CompactLine));
}

/** True for a line that only HTTP recordings have. */
export function isHttp(raw: RawHttpStep): boolean {
  return raw.method !== undefined || raw.kind === 'wire';
}

/** The steps of an HTTP recording; remarks between them are left out. */
export function toHttpSteps(lines: readonly RawHttpStep[]): readonly HttpStep[] {
  const seen = new Map<string, string | null>();
  return lines.flatMap((line): readonly HttpStep[] => {
    const raw = line.argv === undefined ? line : withoutUnchanged(line, seen);
    for (const [vmid, text] of Object.entries(line.conf_after ?? {})) seen.set(vmid, text);
    if (raw.kind === 'wire') return [{ kind: 'wire', request: raw.request ?? '' }];
    if (raw.method !== undefined) return [toCall(raw, raw.method)];
    if (raw.argv === undefined) return [];
    const step = toStep({ ...raw, argv: ofTestNode(raw.argv, raw.note ?? ''), rc: raw.rc ?? 0 });
    return [{ kind: 'shell', step, looksAtVolumes: raw.volumes_after !== undefined }];
  });
}

/**
 * The recorder could read a configuration before the command of a shell step had changed it: one that looks unchanged
 * says nothing.
 */
function withoutUnchanged(raw: RawHttpStep, seen: ReadonlyMap<string, string | null>): RawHttpStep {
  const changed = Object.entries(raw.conf_after ?? {}).filter(([vmid, text]) => seen.get(vmid) !== text);
  return { ...raw, conf_after: Object.fromEntries(changed) };
}

/** The cluster file system of a test node is no process: what hides it does what killing it does. */
function ofTestNode(argv: readonly string[], note: string): readonly string[] {
  if (note !== 'pmxcfs is killed') return argv;
  return argv.map(word => word.replace(/kill -9 \d+/, 'mount -t tmpfs tmpfs /etc/pve'));
}

function toCall(raw: RawHttpStep, method: string): CallStep {
  const path = raw.path ?? '';
  const note = raw.note ?? '';
  return {
    kind: 'call',
    id: raw.id,
    argv: [method, path],
    group: raw.parallel_group,
    artifact: /RECORDING ARTIFACT: (.*)$/s.exec(note)?.[1],
    method,
    path,
    auth: raw.auth ?? 'none',
    headers: raw.request_headers ?? {},
    contentType: raw.content_type,
    body: raw.body,
    note,
    answer: {
      status: raw.status,
      reason: raw.reason ?? '',
      body: raw.response ?? raw.response_raw ?? '',
    },
    traces: {
      exitStatus: raw.task_exitstatus ?? undefined,
      configs: raw.conf_after,
      volumes: raw.volumes_after?.map(toVolume),
      content: raw.content_after,
    },
  };
}
