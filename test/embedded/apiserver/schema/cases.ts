/** A field with a schema, and values that stand in it: what is written first, and what replaces it. */
export interface Case {
  readonly name: string;
  readonly schema: object;
  readonly values: readonly unknown[];
  /** Updates: from, to. */
  readonly changes?: readonly (readonly [unknown, unknown])[];
}

const text = { type: "string" };
const whole = { type: "integer" };
const rule = (source: string, more: object = {}): object => ({
  "x-kubernetes-validations": [{ rule: source, ...more }],
});
const odd: readonly unknown[] = ["x", 5, 1.5, true, null, [], {}, ["x"], { a: 1 }];

const types: readonly Case[] = [
  { name: "aString", schema: text, values: odd },
  { name: "anInteger", schema: whole, values: [...odd, -1, 2147483648] },
  { name: "aNumber", schema: { type: "number" }, values: odd },
  { name: "aBoolean", schema: { type: "boolean" }, values: odd },
  { name: "aList", schema: { type: "array", items: text }, values: [...odd, [1, "x", null]] },
  { name: "aMap", schema: { type: "object", additionalProperties: text }, values: [...odd, { a: "b", c: null }] },
  { name: "anObject", schema: { type: "object", properties: { a: whole } }, values: [...odd, { a: "x", b: 1 }] },
  { name: "nullable", schema: { type: "string", nullable: true }, values: odd },
  { name: "intOrString", schema: { "x-kubernetes-int-or-string": true }, values: odd },
  { name: "anything", schema: { "x-kubernetes-preserve-unknown-fields": true }, values: odd },
  {
    name: "int32",
    schema: { type: "integer", format: "int32" },
    values: [...odd, 2147483647, 2147483648, -2147483649],
  },
  { name: "int64", schema: { type: "integer", format: "int64" }, values: [...odd, 4294967296] },
  {
    name: "dateTime",
    schema: { type: "string", format: "date-time" },
    values: [
      ...odd,
      "2026-01-02T03:04:05Z",
      "2026-02-30T03:04:05Z",
      "2026-01-02 03:04:05Z",
      "2026-01-02T25:00:00Z",
      "2026-01-02T03:04:05.123+02:00",
    ],
  },
];

const bounds: readonly Case[] = [
  { name: "minimum", schema: { type: "integer", minimum: 3 }, values: [2, 3] },
  { name: "maximum", schema: { type: "integer", maximum: 3 }, values: [4, 3] },
  {
    name: "exclusive",
    schema: { type: "integer", minimum: 3, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
    values: [3, 4, 9],
  },
  {
    name: "fraction",
    schema: { type: "number", minimum: 0.5, maximum: 10.5 },
    values: [0.25, 0, 1, 10.75, 11, 1e21, 1e-7],
  },
  { name: "multiple", schema: { type: "integer", multipleOf: 5 }, values: [10, 12] },
  { name: "multipleOfFraction", schema: { type: "number", multipleOf: 0.5 }, values: [1.5, 1.25] },
  { name: "minLength", schema: { type: "string", minLength: 3 }, values: ["ab", "äö", "äöü", "𝄞𝄞𝄞", "𝄞𝄞"] },
  { name: "maxLength", schema: { type: "string", maxLength: 2 }, values: ["abc", "äö", "äöü", "𝄞𝄞"] },
  { name: "maxLengthOne", schema: { type: "string", maxLength: 1 }, values: ["abc"] },
  {
    name: "pattern",
    schema: { type: "string", pattern: "^[a-z]+(\\.[0-9]{2})?$" },
    values: ["abc", "abc.12", "ABC", "", "a\nb", 'quo"te', "tab\t", "<&>", "\u2028\u0000\u007f", "é"],
  },
  { name: "enumOfText", schema: { type: "string", enum: ["A", "B"] }, values: ["A", "C", ""] },
  { name: "enumOfNumbers", schema: { type: "integer", enum: [1, 2] }, values: [1, 3] },
  {
    name: "enumOfObjects",
    schema: { type: "object", properties: { a: whole }, enum: [{ a: 1 }] },
    values: [{ a: 1 }, { a: 2 }, {}],
  },
  { name: "nullableEnum", schema: { type: "string", nullable: true, enum: ["A"] }, values: [null, "A"] },
  {
    name: "items",
    schema: { type: "array", items: text, minItems: 1, maxItems: 2 },
    values: [[], ["a"], ["a", "b", "c"]],
  },
  {
    name: "members",
    schema: { type: "object", additionalProperties: text, minProperties: 1, maxProperties: 1 },
    values: [{}, { a: "b" }, { a: "b", c: "d" }],
  },
  {
    name: "required",
    schema: { type: "object", required: ["a", "b"], properties: { a: text, b: text } },
    values: [{}, { a: "x" }, { a: null, b: "y" }, { a: "x", b: "y" }],
  },
  {
    name: "deep",
    schema: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "object", required: ["k"], properties: { k: whole } } },
    },
    values: [{ m: [{ k: 1 }, {}, { k: "x" }], "a.b/c": [{ k: true }] }],
  },
];

const formats: readonly Case[] = (
  [
    ["date", ["2026-01-02", "2026-02-29", "2024-02-29", "2026-1-2", ""]],
    ["duration", ["1h", "1h30m", "5 minutes", "1d", "x", "1.5s", "-1s", "", "1", "0"]],
    ["uri", ["https://example.com/a?b#c", "/a/b", "a/b", "", "mailto:a@b", "http://[::1]:80/", "http://a b/"]],
    ["email", ["a@b.c", "A <a@b.c>", "a", "a@", ""]],
    ["hostname", ["example.com", "-a.b", "a_b.c", "", "a".repeat(64), "EXAMPLE.com"]],
    ["ipv4", ["127.0.0.1", "127.0.0.01", "256.1.1.1", "::1", "1.2.3"]],
    ["ipv6", ["::1", "fe80::1%eth0", "127.0.0.1", "1::2::3"]],
    ["cidr", ["10.0.0.0/8", "10.0.0.0/33", "::/0", "::/129", "10.0.0.0"]],
    ["mac", ["00:11:22:33:44:55", "00-11-22-33-44-55", "0011.2233.4455", "00:11:22"]],
    ["uuid", ["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000", "x"]],
    ["uuid4", ["123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"]],
    ["isbn", ["0321751043", "978-0321751041", "0321751044"]],
    ["creditcard", ["4111111111111111", "4111111111111112"]],
    ["ssn", ["123-45-6789", "123456789", "12"]],
    ["hexcolor", ["#fff", "ffffff", "#ffff"]],
    ["rgbcolor", ["rgb(1,2,3)", "rgb(1, 2, 300)", "rgb(1)"]],
    ["byte", ["aGk=", "a", "", "a===", "aGkK"]],
    ["password", ["x"]],
    ["k8s-short-name", ["abc", "ABC", "a.b", "-a"]],
    ["k8s-long-name", ["a.b", "a..b", "A"]],
    ["unheard-of", ["x"]],
  ] as const
).map(([format, values]) => ({
  name: `format${format.replaceAll("-", "")}`,
  schema: { type: "string", format },
  values,
}));

const combinations: readonly Case[] = [
  {
    name: "anyOf",
    schema: { type: "object", properties: { a: text, b: whole }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
    values: [{}, { a: "x" }, { a: "x", b: 1 }],
  },
  {
    name: "oneOf",
    schema: { type: "object", properties: { a: text, b: whole }, oneOf: [{ required: ["a"] }, { required: ["b"] }] },
    values: [{}, { a: "x" }, { a: "x", b: 1 }],
  },
  {
    name: "allOf",
    schema: { type: "object", properties: { a: text, b: whole }, allOf: [{ required: ["a"] }, { required: ["b"] }] },
    values: [{}, { a: "x" }, { a: "x", b: 1 }],
  },
  {
    name: "not",
    schema: { type: "object", properties: { a: text, b: whole }, not: { required: ["a"] } },
    values: [{}, { a: "x" }],
  },
  {
    name: "byType",
    schema: {
      type: "object",
      properties: { type: text, a: text, b: text },
      oneOf: [
        { properties: { type: { enum: ["A"] } }, required: ["a"] },
        { properties: { type: { enum: ["B"] } }, required: ["b"] },
      ],
    },
    values: [{ type: "A" }, { type: "B", b: "x" }, { type: "C", a: "x" }],
  },
  {
    name: "lengths",
    schema: { type: "string", anyOf: [{ maxLength: 2 }, { pattern: "^long" }] },
    values: ["ab", "abc", "longer"],
  },
];

const lists: readonly Case[] = [
  {
    name: "set",
    schema: { type: "array", "x-kubernetes-list-type": "set", items: text },
    values: [
      ["a", "b"],
      ["a", "a", "b", "a", "b"],
    ],
    changes: [[["a"], ["a", "a"]]],
  },
  {
    name: "mapOfOne",
    schema: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      items: { type: "object", required: ["k"], properties: { k: text, v: whole } },
    },
    values: [
      [{ k: "a" }, { k: "b" }],
      [
        { k: "a", v: 1 },
        { k: "a", v: 2 },
      ],
      ["x"],
      [null],
      [{}, {}],
    ],
  },
  {
    name: "mapOfTwo",
    schema: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k", "p"],
      items: { type: "object", required: ["k", "p"], properties: { k: text, p: whole } },
    },
    values: [
      [
        { k: "a", p: 1 },
        { k: "a", p: 2 },
      ],
      [
        { k: "a", p: 1 },
        { k: "a", p: 1 },
      ],
    ],
  },
];

const shapes: readonly Case[] = [
  {
    name: "defaults",
    schema: {
      type: "object",
      default: {},
      properties: {
        a: { type: "string", default: "x" },
        b: { type: "string", nullable: true, default: "y" },
        c: text,
        d: { type: "object", default: { e: 1 }, properties: { e: whole, f: { type: "integer", default: 2 } } },
      },
    },
    values: [{}, { a: null, b: null, c: null }, { d: {} }, { a: "z" }],
  },
  {
    name: "itemDefaults",
    schema: { type: "array", items: { type: "object", properties: { a: { type: "integer", default: 7 } } } },
    values: [[{}, { a: 1 }, { a: null }]],
  },
  {
    name: "memberDefaults",
    schema: {
      type: "object",
      additionalProperties: { type: "object", properties: { a: { type: "integer", default: 7 } } },
    },
    values: [{ x: {}, y: { a: 1 } }],
  },
  {
    name: "embedded",
    schema: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
    values: [
      {},
      { apiVersion: "v1", kind: "Pod" },
      { apiVersion: "v1", kind: "Pod", metadata: { name: "A/B", labels: { "a b": "c" } }, spec: {} },
      { apiVersion: "", kind: "a b" },
      { apiVersion: "a/b/c", kind: "Pod" },
    ],
  },
  {
    name: "kept",
    schema: {
      type: "object",
      "x-kubernetes-preserve-unknown-fields": true,
      properties: { known: { type: "object", properties: { a: text } } },
    },
    values: [{ other: { x: 1 }, known: { a: "b" } }],
  },
];

const withA = {
  type: "object",
  properties: {
    a: whole,
    b: { type: "string", maxLength: 20 },
    "c-d": text,
    list: { type: "array", maxItems: 10, items: { type: "string", maxLength: 20 } },
    when: { type: "string", format: "date-time" },
    span: { type: "string", format: "duration" },
  },
};
const rules: readonly Case[] = [
  {
    name: "plainRule",
    schema: { ...withA, ...rule("self.a < 5") },
    values: [{ a: 1 }, { a: 7 }, {}],
    changes: [[{ a: 1 }, { a: 8 }]],
  },
  {
    name: "message",
    schema: { ...withA, ...rule("!has(self.a) || self.a < 5", { message: "a is too big" }) },
    values: [{ a: 7 }, {}],
  },
  {
    name: "reason",
    schema: {
      ...withA,
      ...rule("!has(self.a) || self.a < 5", { message: "no", reason: "FieldValueForbidden", fieldPath: ".a" }),
    },
    values: [{ a: 7 }],
  },
  {
    name: "reasonRequired",
    schema: { ...withA, ...rule("has(self.b)", { message: "say b", reason: "FieldValueRequired", fieldPath: ".b" }) },
    values: [{ a: 7 }],
  },
  {
    name: "reasonDuplicate",
    schema: { ...withA, ...rule("!has(self.b)", { reason: "FieldValueDuplicate", fieldPath: "['c-d']" }) },
    values: [{ b: "x" }],
  },
  {
    name: "expression",
    schema: {
      ...withA,
      ...rule("!has(self.a) || self.a < 5", { messageExpression: "self.a > 6 ? 'a is far too big' : 'a is too big'" }),
    },
    values: [{ a: 7 }],
  },
  {
    name: "badExpression",
    schema: {
      ...withA,
      ...rule("!has(self.a) || self.a < 5", { messageExpression: "self.b", message: "fallback" }),
    },
    values: [{ a: 7 }],
  },
  {
    name: "ofText",
    schema: { type: "string", maxLength: 30, ...rule("self.startsWith('a') && self.size() > 1") },
    values: ["ab", "b", "a"],
  },
  { name: "ofNumber", schema: { type: "integer", ...rule("self % 2 == 0") }, values: [2, 3] },
  {
    name: "ofList",
    schema: {
      type: "array",
      maxItems: 9,
      items: { type: "string", maxLength: 9 },
      ...rule("self.isSorted() && self.all(x, x != '')"),
    },
    values: [["a", "b"], ["b", "a"], [""]],
  },
  {
    name: "joined",
    schema: { type: "array", maxItems: 3, items: { type: "string", maxLength: 9 }, ...rule("self.join('-') == 'a-b'") },
    values: [["a", "b"], ["b"]],
  },
  {
    name: "immutable",
    schema: { type: "string", maxLength: 20, ...rule("self == oldSelf", { message: "is immutable" }) },
    values: ["a"],
    changes: [
      ["a", "a"],
      ["a", "b"],
    ],
  },
  {
    name: "immutableObject",
    schema: { ...withA, ...rule("self.a == oldSelf.a") },
    values: [{ a: 1 }],
    changes: [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 1, b: "x" }],
    ],
  },
  {
    name: "optionalOld",
    schema: {
      type: "integer",
      ...rule("!oldSelf.hasValue() || self >= oldSelf.value()", { optionalOldSelf: true, message: "must not shrink" }),
    },
    values: [3],
    changes: [
      [3, 2],
      [3, 4],
    ],
  },
  { name: "ratchet", schema: { ...withA, ...rule("!has(self.b) || self.b != 'bad'") }, values: [{ b: "bad" }] },
  {
    name: "dashes",
    schema: { ...withA, ...rule("!has(self.c__dash__d) || self.c__dash__d == 'x'") },
    values: [{ "c-d": "x" }, { "c-d": "y" }],
  },
  {
    name: "times",
    schema: { ...withA, ...rule("!has(self.when) || self.when > timestamp('2020-01-01T00:00:00Z')") },
    values: [{ when: "2021-01-01T00:00:00Z" }, { when: "2019-01-01T00:00:00Z" }],
  },
  {
    name: "spans",
    schema: { ...withA, ...rule("!has(self.span) || self.span <= duration('1h')") },
    values: [{ span: "30m" }, { span: "2h" }],
  },
  {
    name: "intOrStringRule",
    schema: { "x-kubernetes-int-or-string": true, ...rule("type(self) == int ? self > 3 : self == 'all'") },
    values: [4, 2, "all", "some"],
  },
  {
    name: "optionalSelect",
    schema: { ...withA, ...rule("self.?b.orValue('x') == 'x'") },
    values: [{}, { b: "x" }, { b: "y" }],
  },
  {
    name: "mapRule",
    schema: {
      type: "object",
      maxProperties: 5,
      additionalProperties: { type: "integer" },
      ...rule("self.all(k, self[k] > 0)"),
    },
    values: [{ a: 1 }, { a: 0 }],
  },
  {
    name: "itemRule",
    schema: {
      type: "array",
      maxItems: 5,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      items: {
        type: "object",
        required: ["k"],
        properties: { k: { type: "string", maxLength: 9 }, v: whole },
        ...rule("self.v >= oldSelf.v", { message: "v must not shrink" }),
      },
    },
    values: [[{ k: "a", v: 1 }]],
    changes: [
      [
        [
          { k: "a", v: 1 },
          { k: "b", v: 5 },
        ],
        [
          { k: "b", v: 4 },
          { k: "a", v: 1 },
        ],
      ],
    ],
  },
  { name: "division", schema: { ...withA, ...rule("10 / self.a > 1") }, values: [{ a: 0 }, { a: 2 }, { a: 20 }] },
  {
    name: "outOfBounds",
    schema: { ...withA, ...rule("self.list[0] == 'x'") },
    values: [{ list: [] }, { list: ["x"] }],
  },
];

const functions: readonly Case[] = (
  [
    ["find", "self.find('[0-9]+') == '12'", ["a12b34", "x"]],
    ["findAll", "self.findAll('[0-9]+') == ['12', '34']", ["a12b34", "x1"]],
    ["replace", "self.replace('a', 'b') == 'bbb'", ["aba", "x"]],
    ["lower", "self.lowerAscii() == 'abc' && self.upperAscii() == 'ABC'", ["aBc", "x"]],
    ["split", "self.split(',').size() == 3 && self.split(',', 2)[1] == 'b,c'", ["a,b,c", "a"]],
    ["pairs", "[self].exists(i, v, i == 0 && v == 'a') && ['x'].all(i, v, v == 'x' && i < 1)", ["a", "b"]],
    [
      "transform",
      "[self].transformList(i, v, v == 'a') == [true] && {'k': self}.transformMap(k, v, v == 'a').k",
      ["a", "b"],
    ],
    ["optMap", "optional.of(self).optMap(v, v == 'a').orValue(false)", ["a", "b"]],
    ["trim", "self.trim() == 'a'", [" a ", " b"]],
    ["substring", "self.substring(1, 2) == 'b'", ["abc", "xyz"]],
    ["charAt", "self.charAt(1) == 'b'", ["abc", "xyz"]],
    ["format", "'%s-%d'.format([self, 3]) == 'a-3'", ["a", "b"]],
    ["matches", "self.matches('^a+$')", ["aaa", "ab"]],
    [
      "url",
      "isURL(self) && url(self).getHost() == 'example.com:80' && url(self).getHostname() == 'example.com' && url(self).getPort() == '80' && url(self).getScheme() == 'https' && url(self).getEscapedPath() == '/a%20b' && url(self).getQuery() == {'q': ['1', '2']}",
      ["https://example.com:80/a%20b?q=1&q=2", "https://example.com/", "not a url", ""],
    ],
    [
      "quantity",
      "isQuantity(self) && quantity(self).isGreaterThan(quantity('1Gi')) && quantity(self).isInteger()",
      ["2Gi", "1Mi", "x", "1500m", "2e10"],
    ],
    [
      "quantitySum",
      "quantity(self).add(quantity('500m')).compareTo(quantity('1')) == 0 && sign(quantity(self).sub(1)) == -1 && quantity(self).asApproximateFloat() == 0.5",
      ["0.5", "500m", "1"],
    ],
    [
      "ip",
      "isIP(self) && ip(self).family() == 4 && ip(self).isLoopback() && ip.isCanonical(self)",
      ["127.0.0.1", "10.0.0.1", "::1", "x"],
    ],
    [
      "ip6",
      "isIP(self) && ip(self).family() == 6 && ip(self).isGlobalUnicast() && string(ip(self)) == '2001:db8::1'",
      ["2001:db8::1", "2001:DB8:0::1", "fe80::1", "::"],
    ],
    [
      "cidr",
      "isCIDR(self) && cidr(self).containsIP('10.1.2.3') && cidr(self).prefixLength() == 8 && cidr(self).containsCIDR('10.1.0.0/16') && string(cidr(self).masked()) == '10.0.0.0/8'",
      ["10.0.0.0/8", "10.2.3.4/8", "10.0.0.0/16", "x"],
    ],
    [
      "semver",
      "isSemver(self) && semver(self).isGreaterThan(semver('1.2.3')) && semver(self).major() == 1",
      ["1.3.0", "1.2.3-alpha", "2.0.0", "v1.3.0", "1.3"],
    ],
    [
      "semverLoose",
      "isSemver(self, true) && semver(self, true).minor() == 3 && semver(self, true).patch() == 0",
      ["v1.3", "1.3.0", "x"],
    ],
    ["named", "!format.dns1123Label().validate(self).hasValue()", ["abc", "A_b"]],
    [
      "namedByName",
      "format.named('uuid').hasValue() && !format.named('uuid').value().validate(self).hasValue() && !format.named('nope').hasValue()",
      ["123e4567-e89b-12d3-a456-426614174000", "x"],
    ],
    [
      "sets",
      "sets.contains(['a', 'b'], [self]) && sets.intersects([self], ['a']) && sets.equivalent([self, self], ['a'])",
      ["a", "b", "c"],
    ],
    [
      "sum",
      "[1, self.size()].sum() == 3 && [1, self.size()].max() == 2 && [1.5, 2.5].min() == 1.5 && [1, self.size()].indexOf(2) == 1 && [1, 1].lastIndexOf(1) == 1",
      ["ab", "abc"],
    ],
  ] as const
).map(([name, source, values]) => ({
  name: `fn${name}`,
  schema: { type: "string", maxLength: 60, ...rule(source) },
  values,
}));

/** Every rule of schemas, with values that keep it and values that break it. */
export const cases: readonly Case[] = [
  ...types,
  ...bounds,
  ...formats,
  ...combinations,
  ...lists,
  ...shapes,
  ...rules,
  ...functions,
];
