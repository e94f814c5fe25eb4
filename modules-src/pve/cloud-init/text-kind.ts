/** What a text for cloud-init is. `other`: something that is handed over as it stands, named for the reader. */
export type TextKind =
  | { readonly kind: 'cloud-config'; readonly hasHeader: boolean }
  | { readonly kind: 'other'; readonly name: string }
  | { readonly kind: 'unknown' };

/** First lines by which cloud-init, cloudbase-init and others know what they get (cloud-init 25.1, cloudbase-init 1.1). */
const FIRST_LINES: readonly (readonly [RegExp, string])[] = [
  [/^#cloud-config-archive/, 'a cloud-config archive'],
  [/^#cloud-config-jsonp/, 'a cloud-config patch'],
  [/^#ps1|^<powershell>|^<script>|^rem cmd/, 'a script for Windows'],
  [/^#!/, 'a script'],
  [/^#include/, 'a list of addresses to include'],
  [/^#cloud-boothook/, 'a boot hook'],
  [/^#part-handler/, 'a part handler'],
  [/^## ?template:/, 'a template'],
  [/^(?:content-type|mime-version):|^from nobody /, 'a MIME message'],
  [/^</, 'an XML document'],
  [/^\[+[\w.-]+\]+\s*$/, 'a TOML or INI file'],
];

/** Topmost keys of the configurations that other systems than cloud-init read from the same place. */
const OTHER_SYSTEMS: readonly (readonly [keys: readonly string[], name: string])[] = [
  [['ignition'], 'an Ignition configuration'],
  [['variant'], 'a Butane configuration'],
  [['machine', 'cluster'], 'a Talos machine configuration'],
  [['apiVersion', 'kind'], 'a configuration of Talos or Kubernetes'],
];

/** Judged by its first line and its topmost keys: whoever only checks needs no parser of YAML. */
export function textKind(text: string): TextKind {
  const body = text.replace(/^\uFEFF/, '').trimStart();
  const first = (body.split('\n', 1)[0] ?? '').toLowerCase();
  const name = FIRST_LINES.find(([pattern]) => pattern.test(first))?.[1];
  if (name !== undefined) return { kind: 'other', name };
  if (first.startsWith('#cloud-config')) return { kind: 'cloud-config', hasHeader: true };
  return kindOfBody(body, topKeys(body));
}

function kindOfBody(body: string, keys: readonly string[]): TextKind {
  const system = OTHER_SYSTEMS.find(([own]) => own.some(key => keys.includes(key)));
  if (system !== undefined) return { kind: 'other', name: system[1] };
  if (keys.length === 0) return { kind: 'unknown' };
  return /\S[^]*^---\s*$/m.test(body.replace(/^(?:\s*#.*\n|\s*\n)*---\s*\n/, ''))
    ? { kind: 'other', name: 'a text of several YAML documents' }
    : { kind: 'cloud-config', hasHeader: false };
}

function topKeys(text: string): readonly string[] {
  const pattern = text.startsWith('{')
    ? /(?:^\{|,)\s*["']?([A-Za-z][\w-]*)["']?\s*:/g
    : /^["']?([A-Za-z][\w-]*)["']?\s*:(?:\s|$)/gm;
  return [...text.matchAll(pattern)].map(([, key = '']) => key);
}
