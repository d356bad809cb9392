/** From one part of a long list to the next. @module */
import { useLook } from "../context.tsx";

/** Where a page begins, as an address says; of a list whose length is known, at its last page at most. */
export function offsetOf(text: string | undefined, limit: number, total = Number.MAX_SAFE_INTEGER): number {
  const said = /^\d{1,15}$/.test(text ?? "") ? Number(text) : 0;
  return Math.min(said, Math.max(0, Math.floor((total - 1) / limit) * limit));
}

export function Pager(props: {
  readonly of: string;
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  /** Under which the address has the offset, where that is not `offset`. */
  readonly name?: string;
}) {
  const { of, offset, limit, total, name: key = "offset" } = props;
  const look = useLook();
  if (total <= limit && offset === 0) return null;
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  const go = (name: string, to: number, possible: boolean) => (
    // Not `disabled`: the focus would be lost at either end.
    <button type="button" aria-disabled={!possible} onClick={() => possible && look({ [key]: to === 0 ? undefined : String(to) })}>
      {name}
    </button>
  );
  return (
    <nav class="pager" aria-label={`pages of ${of}`}>
      {go("First", 0, offset > 0)}
      {go("Previous", Math.max(0, offset - limit), offset > 0)}
      <span>
        {(offset + 1).toLocaleString("en-US")} to {Math.min(total, offset + limit).toLocaleString("en-US")} of{" "}
        {total.toLocaleString("en-US")}
      </span>
      {go("Next", offset + limit, offset + limit < total)}
      {go("Last", last, offset < last)}
    </nav>
  );
}
