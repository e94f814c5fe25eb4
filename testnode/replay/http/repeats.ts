import type { RawStep, RawVolume } from '../transcript.ts';
import type { Json } from './json.ts';

/** A file of the storages that holds no disk: an ISO image, a template, an image to import, a snippet. */
export interface ContentFile {
  readonly volid: string;
  readonly bytes: number;
  readonly mode: string;
}

/** A line of an HTTP recording as it is written. */
export interface RawHttpStep extends Partial<RawStep> {
  readonly id: string;
  readonly kind: string;
  readonly method?: string;
  readonly path?: string;
  readonly auth?: string;
  readonly request_headers?: Readonly<Record<string, string>>;
  readonly content_type?: string;
  readonly body?: Json;
  readonly status?: number;
  readonly reason?: string;
  readonly response?: Json;
  readonly response_raw?: string;
  readonly task_exitstatus?: string | null;
  readonly content_after?: readonly ContentFile[];
  readonly request?: string;
}

/** Stands in a compacted transcript for what was there at the step before that looked at it. */
const SAME = '=';

/** A line of a transcript that may leave out what has not changed. */
export type CompactLine = Omit<RawHttpStep, 'volumes_after' | 'content_after'> & {
  readonly volumes_after?: readonly RawVolume[] | typeof SAME;
  readonly content_after?: readonly ContentFile[] | typeof SAME;
};

/** Lines with everything filled in that they leave out. */
export function fillIn(lines: readonly CompactLine[]): readonly RawHttpStep[] {
  const configs: Record<string, string | null> = {};
  let volumes: readonly RawVolume[] = [];
  let content: readonly ContentFile[] = [];
  return lines.map(line => {
    const { volumes_after, content_after, conf_after, ...rest } = line;
    if (volumes_after !== undefined && volumes_after !== SAME) volumes = volumes_after;
    if (content_after !== undefined && content_after !== SAME) content = content_after;
    for (const [vmid, text] of Object.entries(conf_after ?? {})) if (text !== SAME) configs[vmid] = text;
    const ofStep = Object.keys(conf_after ?? {}).map(vmid => [vmid, configs[vmid] ?? null] as const);
    return {
      ...rest,
      ...(volumes_after === undefined ? {} : { volumes_after: volumes }),
      ...(content_after === undefined ? {} : { content_after: content }),
      ...(conf_after === undefined ? {} : { conf_after: Object.fromEntries(ofStep) }),
    };
  });
}
