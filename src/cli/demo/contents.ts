/** Files by path. */
type Files = Readonly<Record<string, string>>;

/** What the developers of a repository have done since its last release. */
interface Waiting {
  readonly message: string;
  readonly path: string;
  readonly content: string;
}

/** A repository as it is before the story begins. */
interface Beginning {
  readonly files: Files;
  /** Its last release; undefined where it has none. */
  readonly released?: string;
  readonly waiting?: Waiting;
}

/** The API source. */
export const sourceFiles: Files = {
  "README.md": "# APIs\n\nThe definitions that every SDK is generated from.\n",
  "acme/billing/v1/billing.proto":
    'syntax = "proto3";\n\npackage acme.billing.v1;\n\nservice Billing {\n  rpc List(Query) returns (Invoices);\n}\n\nmessage Query {}\n\nmessage Invoices {\n  repeated string name = 1;\n}\n',
  "acme/catalog/v1/catalog.proto":
    'syntax = "proto3";\n\npackage acme.catalog.v1;\n\nservice Catalog {\n  rpc Get(Item) returns (Item);\n}\n\nmessage Item {\n  string name = 1;\n}\n',
};

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** The SDKs, besides what says what they are generated from. */
export const sdkBeginnings: Readonly<Record<string, Beginning>> = {
  "sdk-go": {
    files: { "go.mod": "module example.com/acme/sdk-go\n\ngo 1.25\n" },
    released: "v0.21.0",
    waiting: {
      message: "feat: stream invoices",
      path: "stream.go",
      content: "package sdk\n\n// Stream gives invoices as they come.\nfunc Stream() {}\n",
    },
  },
  "sdk-node": {
    files: { "package.json": json({ name: "@acme/sdk-node", version: "0.21.0" }) },
    released: "v0.21.0",
    waiting: {
      message: "fix: close connections that nobody uses",
      path: "pool.js",
      content: "export const idleMs = 30_000;\n",
    },
  },
  "sdk-python": {
    files: { "pyproject.toml": '[project]\nname = "acme-sdk-python"\nversion = "0.21.0"\n' },
    released: "v0.21.0",
    waiting: { message: "feat: add async clients", path: "aio.py", content: "async def bill():\n    pass\n" },
  },
};

/** The repositories that build on SDKs. Nothing is new in them but what they build on. */
export const otherBeginnings: Readonly<Record<string, Beginning>> = {
  billing: {
    files: {
      "README.md": "# Billing\n\nA service on the Go SDK.\n",
      "go.mod": "module example.com/acme/billing\n\ngo 1.25\n\nrequire example.com/acme/sdk-go v0.21.0\n",
      "main.go": 'package main\n\nfunc main() {\n\tprintln("billing")\n}\n',
    },
    released: "v1.0.0",
  },
  platform: {
    files: {
      "README.md": "# Platform\n\nThe distribution: a service and the SDKs that go with it.\n",
      "package.json": json({
        name: "@acme/platform",
        version: "1.0.0",
        dependencies: { "@acme/sdk-node": "^0.21.0" },
      }),
      "requirements.txt": "acme-sdk-python==0.21.0\n",
    },
    released: "v1.0.0",
  },
};
