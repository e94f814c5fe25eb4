/** Number of single-character edits (insert, delete, replace) between two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replace));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known word that a mistyped one most likely meant; undefined when none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Two edits turn any two letters into any other two: a short word must share at least one.
  const limit = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  const ranked = known
    // A word that is longer or shorter by more than the limit is further away than it, whatever its letters.
    .filter(candidate => Math.abs(candidate.length - word.length) <= limit)
    .map(candidate => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= limit) return best.candidate;
  // The same thing by its name elsewhere: `cloud_init_ip` of a VM is `ip` of a clone.
  const others = known.filter(
    candidate => word !== '' && (word.endsWith(`_${candidate}`) || candidate.endsWith(`_${word}`)),
  );
  return others.length === 1 ? others[0] : undefined;
}
