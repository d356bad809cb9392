/**
 * The page around its views: where one is, how one looks at it, and whether what is shown is of now.
 *
 * @module
 */
import { useEffect, useErrorBoundary, useMemo, useState } from "preact/hooks";
import { Go, type Studio, StudioContext, type Theme, useLook, useStudio } from "./context.tsx";
import type { Stream } from "./live.ts";
import { Heading } from "./parts/heading.tsx";
import { moment } from "./parts/words.ts";
import { parseRoute, type Route } from "./route.ts";
import { CellView } from "./views/cell.tsx";
import { ChoicesView } from "./views/choices.tsx";
import { CompareView } from "./views/compare.tsx";
import { MatrixView } from "./views/matrix.tsx";
import { OverviewView } from "./views/overview.tsx";
import { RunView } from "./views/run.tsx";

export function App({ stream }: { readonly stream: Stream }) {
  const route = useRoute();
  const theme = useTheme(route.query.theme);
  const studio = useMemo((): Studio => ({ route, stream, theme }), [route, stream, theme]);
  return (
    <StudioContext.Provider value={studio}>
      <button type="button" class="skip" onClick={() => document.getElementById("content")?.focus()}>
        Skip to the content
      </button>
      <header class="bar">
        <p class="brand">
          <Go to={[]}>Evoke studio</Go>
        </p>
        <div class="status">
          <LiveMark />
          <ThemeChoice />
        </div>
      </header>
      <Notices />
      <main id="content" tabIndex={-1}>
        <Boundary key={route.path.join("/")}>
          <View path={route.path} />
        </Boundary>
      </main>
    </StudioContext.Provider>
  );
}

function View({ path: [view, ...of] }: { readonly path: Route["path"] }) {
  const [matrix, cell, seed] = of;
  const number = seed !== undefined && /^\d+$/.test(seed) ? Number(seed) : undefined;
  if (view === undefined) return <OverviewView />;
  if (view === "compare") return <CompareView />;
  if (view === "matrix" && matrix !== undefined) return <MatrixView id={matrix} />;
  if (view === "cell" && matrix !== undefined && cell !== undefined) return <CellView matrix={matrix} cell={cell} />;
  if (view === "choices" && matrix !== undefined && cell !== undefined) return <ChoicesView matrix={matrix} cell={cell} seed={number} />;
  if (view === "run" && matrix !== undefined && cell !== undefined && number !== undefined)
    return <RunView matrix={matrix} cell={cell} seed={number} />;
  return (
    <>
      <Heading title="No such view" />
      <p>
        This address names none. All there is begins with the <Go to={[]}>overview</Go>.
      </p>
    </>
  );
}

/** A view that fails is a defect; the others can still be gone to. */
function Boundary({ children }: { readonly children: preact.ComponentChildren }) {
  const [error] = useErrorBoundary((error) => console.error(error));
  if (!error) return <>{children}</>;
  return (
    <div class="notice problem" role="alert">
      <p>This view cannot be shown, which is a defect of Evoke.</p>
      <pre>{String(error)}</pre>
    </div>
  );
}

/** Whether what is shown follows. */
function LiveMark() {
  const { stream } = useStudio();
  const connection = useWatched(() => stream.connection);
  return (
    <span class={`connection ${connection}`}>
      {connection === "open" ? "live" : connection === "lost" ? "connection lost" : "connecting …"}
    </span>
  );
}

/** What of the stream is looked at, as it is now. */
function useWatched<T>(look: () => T): T {
  const { stream } = useStudio();
  const [, again] = useState(0);
  useEffect(() => stream.watch(() => again((n) => n + 1)), [stream]);
  return look();
}

/** Said once when the connection is lost or a store is gone, and again when it is back; not with every change. */
function Notices() {
  const { stream } = useStudio();
  const lost = useWatched(() => stream.lost);
  return (
    <div role="status">
      {lost !== undefined && (
        <p class="notice lost">
          {`The connection to the studio was lost at ${moment(lost)}: what is shown is of then. It is being tried again; if the command was ended, start it again and open the address that it prints.`}
        </p>
      )}
      {[...stream.problems].map(([id, { problem, runs }]) => (
        <div key={id} class="notice gone">
          <pre>{problem.message}</pre>
          {runs > 0 && <p>What is shown of it is of before.</p>}
        </div>
      ))}
    </div>
  );
}

function ThemeChoice() {
  const { route } = useStudio();
  const look = useLook();
  return (
    <label class="theme">
      Theme
      <select value={route.query.theme ?? ""} onChange={({ currentTarget: { value } }) => look({ theme: value || undefined })}>
        <option value="">as the system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const look = () => setRoute(parseRoute(location.hash));
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
  return route;
}

/** Shows the chosen theme, or the system's. @returns which one it is */
function useTheme(chosen: string | undefined): Theme {
  const dark = useMemo(() => window.matchMedia("(prefers-color-scheme: dark)"), []);
  const [system, setSystem] = useState(dark.matches);
  useEffect(() => {
    const look = () => setSystem(dark.matches);
    dark.addEventListener("change", look);
    return () => dark.removeEventListener("change", look);
  }, [dark]);
  const theme = chosen === "light" || chosen === "dark" ? chosen : undefined;
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  }, [theme]);
  return theme ?? (system ? "dark" : "light");
}
