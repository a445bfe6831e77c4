/** What an item has to say to be meant: `[name=auth]`, or all of `[groupId=acme,artifactId=auth]`. */
const sayings = /^\[[^=,\]]+=[^,\]]*(?:,[^=,\]]+=[^,\]]*)*\]$/;

/**
 * The item of a list that a key means: by its number, from 0, or by what it alone says, as in `[name=auth]`. `says` gives the
 * value of a key of an item. Undefined where no item is meant, or where several are.
 */
export function itemIn<T>(
  items: readonly T[],
  key: string,
  says: (item: T, name: string) => string | undefined,
): T | undefined {
  if (/^(0|[1-9]\d{0,8})$/.test(key)) return items[Number(key)];
  if (!sayings.test(key)) return undefined;
  const wanted = key
    .slice(1, -1)
    .split(",")
    .map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)] as const);
  const [only, ...more] = items.filter((item) => wanted.every(([name, value]) => says(item, name) === value));
  return more.length === 0 ? only : undefined;
}

/** What to say where no item is meant. */
export const itemHint =
  "is a list, whose items go by their number, from 0, or by what one alone says, as in [name=auth]";

/** Whether a field leads through an item by what that says. */
export const hasSaying = (field: readonly string[]): boolean => field.some((key) => sayings.test(key));

/** The field with items by their number instead of what they say, as far as this data has them. */
export function numbered(data: unknown, field: readonly string[]): readonly string[] {
  let at = data;
  return field.map((key) => {
    const list: readonly unknown[] = Array.isArray(at) && sayings.test(key) ? at : [];
    const item = itemIn(list, key, said);
    const name = item === undefined ? key : String(list.indexOf(item));
    at = valueAt(at, name);
    return name;
  });
}

const valueAt = (data: unknown, key: string): unknown =>
  typeof data === "object" && data !== null && Object.hasOwn(data, key)
    ? (data as Readonly<Record<string, unknown>>)[key]
    : undefined;

function said(item: unknown, name: string): string | undefined {
  const value = valueAt(item, name);
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}
