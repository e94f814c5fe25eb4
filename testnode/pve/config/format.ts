import { encodeText } from './sections.ts';
import type { Section, VmConfig } from './sections.ts';

/** The text of a configuration file, as PVE writes it: comments first, keys sorted, sections after. */
export function formatConfig(config: VmConfig): string {
  const sections = [formatSection(config.current)];
  if (config.pending.size > 0 || config.pendingDelete.size > 0) {
    sections.push(`[PENDING]\n${emptyDescription(config.pending)}${formatSection(withDeletions(config))}`);
  }
  if (config.cloudInit.size > 0) sections.push(`[special:cloudinit]\n${formatSection(config.cloudInit)}`);
  for (const [name, snapshot] of [...config.snapshots].sort(byKey)) {
    sections.push(`[${name}]\n${formatSection(snapshot)}`);
  }
  return sections.join('\n');
}

function withDeletions({ pending, pendingDelete }: VmConfig): Section {
  if (pendingDelete.size === 0) return pending;
  const names = [...pendingDelete].sort(byKey).map(([name, { force }]) => (force ? `!${name}` : name));
  return new Map([...pending, ['delete', names.join(',')]]);
}

// A description that is to become empty is a bare comment there; elsewhere it is nothing.
function emptyDescription(pending: Section): string {
  return pending.get('description') === '' ? '#\n' : '';
}

function formatSection(section: Section): string {
  const description = section.get('description');
  const comments = description ? description.replace(/\n+$/, '').split('\n') : [];
  const lines = [...section].filter(([key]) => key !== 'description').sort(byKey);
  return [
    ...comments.map(comment => `#${encodeText(comment)}\n`),
    ...lines.map(([key, value]) => `${key}: ${value}\n`),
  ].join('');
}

/** Orders entries by their key, byte by byte as PVE does. */
export function byKey(
  [left]: readonly [string, ...unknown[]],
  [right]: readonly [string, ...unknown[]],
): number {
  return left < right ? -1 : Number(left > right);
}
