/** A format by qemu-img's name, or why no program is to open the file. */
export type HeaderVerdict = { readonly format: string } | { readonly flaw: string };

/** Bytes of a file from an offset on; fewer where it ends. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;
