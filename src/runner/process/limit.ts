/** What the runner itself bounds, besides the limits that a wish has. */
export interface ProcessLimits {
  /** Runs at once. */
  readonly places: number;
  /** Most that a run may write to the disk at any moment, besides the files that it began with. */
  readonly scratchMiB: number;
  /** Most that a run may write to its standard output and error together. */
  readonly logMiB: number;
  /** Most processes and threads of a run. */
  readonly processes: number;
  /** Most files and directories that a run may make, besides those that it began with. */
  readonly entries: number;
  /** Most bytes and files that it may begin with. */
  readonly treeMiB: number;
  readonly treeFiles: number;
}

export const defaultLimits: ProcessLimits = {
  places: 2,
  scratchMiB: 4_096,
  logMiB: 64,
  processes: 1_024,
  entries: 200_000,
  treeMiB: 8_192,
  treeFiles: 1_000_000,
};
