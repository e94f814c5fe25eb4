/** Words as Perl's `unpack '(N/a*)*'` takes them apart, in a frame that has its own length before it. */
export function frame(words: readonly string[]): Buffer {
  const body = Buffer.concat(words.map(word => withLength(Buffer.from(word))));
  return withLength(body);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
