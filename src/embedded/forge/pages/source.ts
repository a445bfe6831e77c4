/** Dates are ISO 8601. Names, titles, messages and texts are whatever people wrote: hostile until escaped. */
export interface RepositoryCard {
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly private: boolean;
  readonly archived: boolean;
  readonly defaultBranch: string;
  readonly pushedAt: string;
  /** What `git clone` takes. */
  readonly cloneUrl: string;
  readonly openPulls: number;
  readonly latestRelease: string | null;
}

export interface CommitLine {
  readonly sha: string;
  readonly message: string;
  readonly author: string;
  readonly date: string;
  readonly parents: readonly string[];
  /** Absent where nothing was reported for it. */
  readonly checks?: CheckState;
}

export interface BranchLine {
  readonly name: string;
  readonly commit: CommitLine;
  readonly protected: boolean;
}

export interface TagLine {
  readonly name: string;
  readonly sha: string;
  /** Set when there is a release of that tag. */
  readonly release: ReleaseView | undefined;
}

export interface ReleaseView {
  readonly name: string;
  readonly body: string;
  readonly prerelease: boolean;
  readonly assets: readonly { readonly name: string; readonly size: number }[];
}

export interface TreeLine {
  readonly name: string;
  readonly kind: "folder" | "file" | "link" | "submodule";
  /** Bytes, for a file. */
  readonly size: number | undefined;
}

export type Content =
  | { readonly kind: "folder"; readonly entries: readonly TreeLine[] }
  | { readonly kind: "text"; readonly text: string; readonly size: number }
  | { readonly kind: "binary"; readonly size: number };

/** A file's change. `patch` is the unified diff from its first `@@`; absent for binary files and for huge ones. */
export interface FileChange {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | undefined;
}

export type CheckState = "success" | "pending" | "failure" | "neutral";

export interface CheckLine {
  readonly name: string;
  readonly state: CheckState;
  /** In words: `In progress`, `Successful`, or what the reporter wrote. */
  readonly summary: string;
  readonly url: string | null;
  /** Branch protection asks for it. */
  readonly required: boolean;
}

export type PullState = "open" | "draft" | "merged" | "closed";

export interface PullLine {
  readonly number: number;
  readonly title: string;
  readonly state: PullState;
  readonly author: string;
  readonly head: string;
  readonly base: string;
  readonly createdAt: string;
  readonly closedAt: string | null;
  readonly mergedAt: string | null;
  readonly labels: readonly LabelBadge[];
  readonly comments: number;
  readonly checks?: CheckState;
}

/** `color` is six hexadecimal digits. */
export interface LabelBadge {
  readonly name: string;
  readonly color: string;
}

export type TimelineEntry = { readonly by: string; readonly at: string } & (
  | { readonly kind: "comment"; readonly body: string }
  | {
      readonly kind: "review";
      readonly verdict: ReviewVerdict;
      readonly body: string;
      readonly notes: readonly LineNote[];
    }
);

export type ReviewVerdict = "approved" | "changes requested" | "commented" | "dismissed";

/** A remark on a line of the diff. */
export interface LineNote {
  readonly path: string;
  readonly line: number | null;
  readonly body: string;
}

/** Whether the pull request can be merged now, and if not, everything that stands in the way, in sentences. */
export interface MergeView {
  readonly can: boolean;
  readonly obstacles: readonly string[];
  /** Set where the forge merges it by itself: a sentence that says how, and at whose wish. */
  readonly handed?: string;
}

export interface PullView extends PullLine {
  readonly body: string;
  readonly headSha: string;
  readonly mergedBy: string | null;
  readonly mergeSha: string | null;
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
  readonly checkList: readonly CheckLine[];
  readonly timeline: readonly TimelineEntry[];
  readonly commits: readonly CommitLine[];
  readonly files: readonly FileChange[];
  readonly merge: MergeView;
}

/** One repository as the pages read it. Everything is read when it is asked for. */
export interface RepositorySource {
  readonly card: RepositoryCard;
  /** The commit of a branch, tag or sha; undefined where there is none. */
  resolve(ref: string): Promise<string | undefined>;
  branches(): Promise<readonly BranchLine[]>;
  tags(): Promise<readonly TagLine[]>;
  content(sha: string, path: string): Promise<Content | undefined>;
  /** Newest first; `skip` of them left out, `limit` at most. */
  commits(sha: string, range: { readonly skip: number; readonly limit: number }): Promise<readonly CommitLine[]>;
  commit(sha: string): Promise<{ readonly commit: CommitLine; readonly files: readonly FileChange[] } | undefined>;
  /** Newest first. */
  pulls(): Promise<readonly PullLine[]>;
  pull(number: number): Promise<PullView | undefined>;
}

/** Everything that the pages show, as far as the person who looks may see it. */
export interface PageSource {
  repositories(): Promise<readonly RepositoryCard[]>;
  repository(owner: string, name: string): Promise<RepositorySource | undefined>;
  readonly now: Date;
}
