/** What can be chosen, and how the search goes on. @module */
import { METHOD_NAMES, METHODS, type Method, MOST_RADIUS, MOST_SUBSPACES, type Settings } from "../methods.ts";
import { type Player, SPEEDS } from "../player.ts";

const MOST_SEED = 999_999;

interface Props {
  readonly player: Player;
  readonly settings: Settings;
  change(settings: Settings): void;
}

export function Controls({ player, settings, change }: Props) {
  const { method, subspaces, radius, seed } = settings;
  const whole = method !== "ase-nas";
  const moments = player.session?.course.moments.length ?? 1;
  const over = player.atEnd;
  return (
    <form class="controls" aria-label="The search" onSubmit={(event) => event.preventDefault()}>
      <div class="fields">
        <label>
          Method
          <select value={method} onChange={({ currentTarget }) => change({ ...settings, method: currentTarget.value as Method })}>
            {METHOD_NAMES.map((name) => (
              <option key={name} value={name}>
                {METHODS[name].title}
              </option>
            ))}
          </select>
        </label>
        <Numbers
          label="Subspaces K"
          most={MOST_SUBSPACES}
          value={subspaces}
          disabled={whole}
          change={(subspaces) => change({ ...settings, subspaces })}
        />
        <Numbers
          label="Modifications M"
          most={MOST_RADIUS}
          value={radius}
          disabled={whole}
          change={(radius) => change({ ...settings, radius })}
        />
        <label>
          Seed
          <input
            type="number"
            min={1}
            max={MOST_SEED}
            value={seed}
            onChange={({ currentTarget }) => {
              const { valueAsNumber } = currentTarget;
              const seed = Number.isFinite(valueAsNumber) ? Math.min(MOST_SEED, Math.max(1, Math.round(valueAsNumber))) : settings.seed;
              currentTarget.value = `${seed}`;
              change({ ...settings, seed });
            }}
          />
        </label>
        <label>
          Speed
          <select value={player.speed} onChange={({ currentTarget }) => player.setSpeed(Number(currentTarget.value))}>
            {SPEEDS.map(({ title }, speed) => (
              <option key={title} value={speed}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="buttons">
        <button type="button" class="main" onClick={() => (player.playing ? player.pause() : player.play())}>
          {player.playing ? "Pause" : over ? "Run again" : "Run"}
        </button>
        <button type="button" disabled={over || player.playing} onClick={() => player.step("line")}>
          One line
        </button>
        <button type="button" disabled={over || player.playing} onClick={() => player.step("query")}>
          One query
        </button>
        <button type="button" disabled={over} onClick={() => player.step("end")}>
          To the end
        </button>
        <label class="history">
          Look back
          <input
            type="range"
            min={0}
            max={moments - 1}
            value={player.position}
            aria-valuetext={`line ${player.position + 1} of ${moments}`}
            onInput={({ currentTarget }) => player.show(Number(currentTarget.value))}
          />
        </label>
      </div>
    </form>
  );
}

interface NumbersProps {
  readonly label: string;
  readonly most: number;
  readonly value: number;
  readonly disabled: boolean;
  change(value: number): void;
}

/** A choice of 1 … most. */
function Numbers({ label, most, value, disabled, change }: NumbersProps) {
  return (
    <label>
      {label}
      <select value={value} disabled={disabled} onChange={({ currentTarget }) => change(Number(currentTarget.value))}>
        {Array.from({ length: most }, (_, i) => (
          <option key={i} value={i + 1}>
            {i + 1}
          </option>
        ))}
      </select>
    </label>
  );
}
