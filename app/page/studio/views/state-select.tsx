/** Which states of what a list has are shown, as the address says. @module */
import { useLook, useStudio } from "../context.tsx";

export function StateSelect<State extends string>(props: {
  readonly name: string;
  readonly states: readonly State[];
  /** How a state is called, where that is not its name. */
  readonly word?: (state: State) => string;
  /** The states that something has; others cannot be chosen. */
  readonly there?: ReadonlySet<State>;
}) {
  const { name, states, word = (state) => state, there } = props;
  const { query } = useStudio().route;
  const look = useLook();
  return (
    <label>
      {name}
      <select value={query.state ?? ""} onChange={({ currentTarget: { value } }) => look({ state: value || undefined, offset: undefined })}>
        <option value="">all</option>
        {states.map((state) => (
          <option key={state} value={state} disabled={there !== undefined && !there.has(state) && query.state !== state}>
            {word(state)}
          </option>
        ))}
      </select>
    </label>
  );
}
