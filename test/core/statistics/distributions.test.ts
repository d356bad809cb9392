import { test } from "uvu";
import { chiSquareTail, normalTail, studentTail } from "../../../core/statistics/distributions.ts";
import { close, reference } from "../../fixtures/statistics/reference.ts";

test("tails agree with mpmath at 60 digits to 1e-12, down to 1e-300", () => {
  const { normal, student, chiSquare } = reference.tails;
  for (const [z, p] of normal) close(normalTail(z!), p!);
  for (const [t, df, p] of student) close(studentTail(t!, df!), p!);
  for (const [x, df, p] of chiSquare) close(chiSquareTail(x!, df!), p!);
});

test("tails are symmetric in the sign, 0 at infinity, NaN without degrees of freedom", () => {
  close(normalTail(-1.5), normalTail(1.5), 0);
  close(studentTail(-1.5, 4), studentTail(1.5, 4), 0);
  close(studentTail(Number.POSITIVE_INFINITY, 4), 0);
  close(normalTail(Number.NEGATIVE_INFINITY), 0);
  close(studentTail(1, 0), null);
  close(studentTail(Number.NaN, 3), null);
  close(chiSquareTail(1, 0), null);
});

test.run();
