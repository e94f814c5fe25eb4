import type { ContentFile, RawHttpStep } from './record.ts';
import type { RawVolume } from '../transcript.ts';

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
