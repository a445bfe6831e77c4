import assert from "node:assert/strict";
import { test } from "node:test";
import { setXml } from "../../../src/reconcilers/change/xml.ts";

const pom = `<?xml version="1.0" encoding="UTF-8"?>
<!-- <version>no</version> -->
<project xmlns="http://maven.apache.org/POM/4.0.0" a='1'>
  <parent><version>0.1</version></parent>
  <version>1.2.3-SNAPSHOT</version> <!-- x-release-please-version -->
  <properties><auth.version>
      1.0.0
  </auth.version><empty/><void></void></properties>
  <dependencies>
    <dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency>
    <dependency><groupId>g</groupId><artifactId>b</artifactId><version>2</version></dependency>
    <dependency><groupId>h</groupId><artifactId>b</artifactId><version>3</version></dependency>
  </dependencies>
</project>
`;

for (const [field, value, before, after] of [
  ["project version", "1.3.0", "1.2.3-SNAPSHOT<", "1.3.0<"],
  ["project parent version", "0.2", "<parent><version>0.1", "<parent><version>0.2"],
  ["project properties auth.version", "1.1.0", "      1.0.0\n", "      1.1.0\n"],
  ["project properties void", "1", "<void></void>", "<void>1</void>"],
  ["project @a", "2", "a='1'", "a='2'"],
  ["project dependencies dependency 1 version", "9", "<version>2<", "<version>9<"],
  ["project dependencies dependency [artifactId=a] version", "9", "<version>1<", "<version>9<"],
  ["project dependencies dependency [groupId=h,artifactId=b] version", "9", "<version>3<", "<version>9<"],
  ["project version", "a<b>&\"c'", "1.2.3-SNAPSHOT<", "a&lt;b&gt;&amp;&quot;c&apos;<"],
] as const) {
  test(`${field} becomes ${value}, nothing else changes, and a second time nothing at all`, () => {
    const wanted = pom.replace(before, () => after);
    const edited = setXml(pom, [{ field: field.split(" "), value }]);
    assert.deepEqual(edited, { is: "edited", text: wanted });
    assert.deepEqual(setXml(wanted, [{ field: field.split(" "), value }]), edited);
  });
}

for (const [about, text, field, reason, message] of [
  ["a field that is missing", pom, "project nothing", "FieldMissing", /^there is no project\.nothing$/],
  ["another root", pom, "settings version", "FieldMissing", /^there is no settings$/],
  ["an attribute that is missing", pom, "project @b", "FieldMissing", /@b$/],
  [
    "one of several",
    pom,
    "project dependencies dependency version",
    "FieldUnsupported",
    /there are 3 of .*\[name=auth\]/,
  ],
  [
    "what two of them say",
    pom,
    "project dependencies dependency [artifactId=b] version",
    "FieldMissing",
    /there is no/,
  ],
  ["an element with others in it", pom, "project parent", "FieldUnsupported", /no single value/],
  ["an empty element", pom, "project properties empty", "FieldUnsupported", /write <empty><\/empty>/],
  ["an element that is not closed", "<a><b></a>", "a b", "InvalidXml", /<\/a> closes nothing at line 1, column 7/],
  ["an element without an end", "<a><b>", "a b", "InvalidXml", /<b> is not closed/],
  ["an end too many", "<a/></a>", "a", "InvalidXml", /closes nothing/],
  ["an & by itself", "<a>x & y</a>", "a", "InvalidXml", /& stands by itself at line 1, column 6/],
  ["two roots", "<a/><b/>", "a", "InvalidXml", /several elements/],
  ["text around it", "<a/>x", "a", "InvalidXml", /outside/],
  ["entities of its own", '<!DOCTYPE a [<!ENTITY x "y">]><a>1</a>', "a", "InvalidXml", /definitions of its own/],
  ["an attribute twice", "<a b='1' b='2'>1</a>", "a", "InvalidXml", /b is there twice/],
  ["a broken tag", "<a b=1>1</a>", "a", "InvalidXml", /<a> is broken/],
  ["a comment without an end", "<a><!-- 1</a>", "a", "InvalidXml", /<!-- has no end/],
  ["nesting without an end", "<a>".repeat(100_000), "a", "InvalidXml", /nested too deeply/],
  ["no XML at all", "", "a", "InvalidXml", /empty/],
] as const) {
  test(`${about} is refused, with the place`, () => {
    const edited = setXml(text, [{ field: field.split(" "), value: "1" }]);
    assert.equal(edited.is === "refused" && edited.reason, reason);
    assert.match(edited.is === "refused" ? edited.message : "", message);
  });
}

test("a value that XML cannot hold is refused", () => {
  for (const value of ["a\u0000", " a", "a\n"]) {
    const edited = setXml("<a>1</a>", [{ field: ["a"], value }]);
    assert.equal(edited.is === "refused" && edited.reason, "FieldUnsupported");
  }
});

test("a document type without definitions, CDATA and entities of all kinds are no obstacle", () => {
  const text = "<!DOCTYPE a><a><b><![CDATA[<]]></b><c>&#65;&#x42;&amp;&copy;</c></a>";
  assert.deepEqual(setXml(text, [{ field: ["a", "c"], value: "AB&&copy;" }]), { is: "edited", text });
});
