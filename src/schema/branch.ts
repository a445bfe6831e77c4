import { z } from "zod";
import { rules } from "./kind.ts";

/** A branch that git takes, by the rules of git-check-ref-format. */
export const Branch = z
  .string()
  .min(1)
  .max(244)
  .regex(/^[^\s~^:?*[\\]+$/)
  .meta(
    rules({
      rule: "!self.startsWith('-') && !self.startsWith('/') && !self.endsWith('/') && !self.endsWith('.') && !self.endsWith('.lock') && !self.contains('..') && !self.contains('//') && !self.contains('@{')",
      message:
        "git does not take this as a branch: no leading '-', no '..', '//' or '@{', no '.lock', '/' or '.' at the end",
      reason: "FieldValueInvalid",
    }),
  );
