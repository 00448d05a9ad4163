/** The engine's ports in a simulated world: files with their history, stores, clock and cores in simulated time. */
export { compareTrees } from './compare-trees.ts'
export type { TreeComparison, TreeDifference } from './compare-trees.ts'
export { createDataset, isHeldInGroups } from './dataset.ts'
export type { DatasetContents } from './dataset.ts'
export { NoSpaceError } from './disk-space.ts'
export { ZERO_STREAM, extentStream, materialiseStream } from './extent-stream.ts'
export type { ExtentStream } from './extent-stream.ts'
export { freshContent } from './fresh-content.ts'
export type { DatasetFidelity } from './fresh-content.ts'
export { readContent } from './held-file.ts'
export { Extents } from './extents.ts'
export { SEAL_OVERHEAD_BYTES, extentsFidelity } from './extents-fidelity.ts'
export { IMPRESSIONS, SIGMA_OF_FILE_SIZES, fileSizes, meanFileSize } from './file-sizes.ts'
export type { FileSizeLaw } from './file-sizes.ts'
export { DirectoryNode, FileNode, SpecialNode, SymlinkNode } from './file-tree.ts'
export type { TreeNode } from './file-tree.ts'
export { nameBytes, populateFromEntries, populateFromScan } from './populate.ts'
export type { PopulationEntry, ScannedFile } from './populate.ts'
export type { RecordedChange, RecordedChanges } from './recorded-changes.ts'
export type { Rhythm } from './rhythm.ts'
export { LockHistory } from './lock-history.ts'
export type { Unlocked } from './lock-history.ts'
export { simulatedClock, simulatedCpu, simulatedRandom } from './simulated-machine.ts'
export { VirtualFileSystem } from './virtual-file-system.ts'
export type { WriteOptions, Writer } from './virtual-file-system.ts'
export { virtualSource } from './virtual-source.ts'
export type { DiskAccess, SourceAccess } from './virtual-source.ts'
export { VirtualStore } from './virtual-store.ts'
export type {
  Medium,
  MediumRequest,
  ReadingWatch,
  StoreAccess,
  StoreObserver,
  StoreOptions,
  StoreRequest,
} from './virtual-store.ts'
export { virtualTarget } from './virtual-target.ts'
export { Workload } from './workload.ts'
export type { Locality, WorkloadSpecification } from './workload.ts'
