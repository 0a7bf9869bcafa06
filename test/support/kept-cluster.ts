import { newCluster } from '../../src/store/new-cluster.ts'

/** For a PGlite that a test fills by itself: the cluster that the build keeps, for one from nothing takes seconds of work. */
export async function keptCluster(): Promise<Blob> {
  const kept = await newCluster()
  if (kept === null) throw new Error('The build has kept no cluster.')
  return kept
}
