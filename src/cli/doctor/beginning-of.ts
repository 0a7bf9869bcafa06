/** More than anything has that is asked here: the rest of an answer without an end is not waited for, and fills no memory. */
export const MOST_BYTES = 1_000_000

/** The text of an answer, up to the piece with which it is longer than `most` bytes. */
export async function beginningOf(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most = MOST_BYTES,
): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    pieces.push(piece)
    size += piece.length
    if (size > most) break
  }
  return Buffer.concat(pieces).toString('utf8')
}
