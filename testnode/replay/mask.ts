/** What differs between two runs of the same step on real nodes, and what stands in its place. */
const MASKS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/UPID:[\w-]+:[0-9A-F]+:[0-9A-F]+:[0-9A-F]+:/g, 'UPID:'],
  // When a task ended, as the list of tasks has it.
  [/(UPID:\S+: )[0-9A-F]{8}\b/g, '$1TIME'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'UUID'],
  [/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/gi, 'MAC'],
  [/creation-qemu=[\d.]+,ctime=\d+/g, 'META'],
  [/\b[0-9a-f]{40}\b/g, 'DIGEST'],
  [/\$5\$[\w./]+\$[\w./]+/g, 'HASH'],
  [/SHA256:[\w+/]+/g, 'FINGERPRINT'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME'],
  [/^snaptime: \d+$/gm, 'snaptime: TIME'],
  [/"(ctime|starttime|endtime|pstart|pid|uptime|mtime)":\d+/g, '"$1":TIME'],
  [/^(pid|uptime): \d+$/gm, '$1: N'],
  [/^( *\d+ \S.* running +\d+ +[\d.]+ )\d+ *$/gm, '$1PID'],
  [/^ *\d+ +\d+ (\/usr\/bin\/)/gm, 'PID $1'],
  [/^(transferred .*\n)+/gm, 'transferred\n'],
  [/^(Formatting '[^']*'), .*$/gm, '$1'],
  [/^(\S+ +\S+ +\S+) +\d+ +\d+ +\d+ +[\d.]+%$/gm, '$1 SPACE'],
  [/"(avail|used|total|used_fraction)":[\d.]+/g, '"$1":SPACE'],
  [/^total \d+$/gm, 'total N'],
  [/^([-l][rwxst-]{9}) +\d+ (\S+) +(\S+) +(\d+) \w{3} +\d+ +[\d:]+ /gm, '$1 $2 $3 $4 '],
  [/^(d[rwxst-]{9}) +\d+ (\S+) +(\S+) +\d+ \w{3} +\d+ +[\d:]+ /gm, '$1 $2 $3 '],
  [/\bpveupload-[0-9a-f]+/g, 'pveupload-N'],
  [/\b(tmp_dwnl|tmp_dcom)\.\d+/g, '$1.N'],
  [/"file_bytes":\d+/g, '"file_bytes":N'],
];

/** Text with everything random replaced, so that two runs can be compared. */
export function mask(text: string): string {
  return MASKS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
