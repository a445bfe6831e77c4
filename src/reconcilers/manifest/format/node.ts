import { dataIn, isData, textAt, valueAt } from "../../change/data.ts";
import { type Format, inField, nothing } from "../format.ts";

/** Sections of `package.json`, and whether who uses the package needs what is in them. */
const sections = {
  dependencies: true,
  peerDependencies: true,
  optionalDependencies: true,
  devDependencies: false,
} as const;

/** `package.json`, with its workspaces. */
export const packageJson: Format = {
  is: (name) => name === "package.json",
  read: (path, text) => {
    const data = dataIn(path, text);
    if (!data) return nothing;
    const name = textAt(data, ["name"]);
    const workspaces = valueAt(data, ["workspaces", "packages"]) ?? data["workspaces"];
    return {
      provides: name === undefined ? [] : [{ ecosystem: "npm", name }],
      requires: Object.entries(sections).flatMap(([section, isEssential]) =>
        Object.entries(isData(data[section]) ? data[section] : {}).map(([each, range]) =>
          inField({ ecosystem: "npm", name: each, isEssential }, range, [section, each]),
        ),
      ),
      members: Array.isArray(workspaces) ? workspaces.filter((each) => typeof each === "string") : [],
    };
  },
};
