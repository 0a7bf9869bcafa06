/**
 * Minutes that the caller at this position is likely to wait, by how fast callers were really taken from the queue
 * (R40); null where that is not known, for then nothing honest can be said. `pace`: seconds between two callers taken.
 */
export function expectedMinutes(pace: number | null, position: number): number | null {
  return pace === null ? null : Math.ceil((pace * position) / 60)
}
