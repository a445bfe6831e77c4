import { type Data, dataIn, isData, textAt, valueAt } from "../../change/data.ts";
import { type Format, inField, nothing, type Requirement } from "../format.ts";

/** Tables of `Cargo.toml`, and whether who uses the crate needs what is in them. */
const tables = { dependencies: true, "build-dependencies": true, "dev-dependencies": false } as const;

/** `Cargo.toml`, with the members of its workspace. */
export const cargoToml: Format = {
  is: (name) => name === "Cargo.toml",
  read: (path, text) => {
    const data = dataIn(path, text);
    if (!data) return nothing;
    const name = textAt(data, ["package", "name"]);
    const members = valueAt(data, ["workspace", "members"]);
    const targets = valueAt(data, ["target"]);
    const places = [[], ...Object.keys(isData(targets) ? targets : {}).map((each) => ["target", each])];
    return {
      provides: name === undefined ? [] : [{ ecosystem: "cargo", name }],
      requires: [
        ...places.flatMap((place) =>
          Object.entries(tables).flatMap(([table, isEssential]) => inTable(data, [...place, table], isEssential)),
        ),
        ...inTable(data, ["workspace", "dependencies"], true),
      ],
      members: Array.isArray(members) ? members.filter((each) => typeof each === "string") : [],
    };
  },
};

function inTable(data: Data, place: readonly string[], isEssential: boolean): readonly Requirement[] {
  const table = valueAt(data, place);
  return Object.entries(isData(table) ? table : {}).map(([key, wish]) => {
    const name = textAt(wish, ["package"]) ?? key;
    const about = { ecosystem: "cargo", name, isEssential } as const;
    if (typeof wish === "string") return inField(about, wish, [...place, key]);
    return inField(about, textAt(wish, ["version"]), [...place, key, "version"]);
  });
}
